import type { Cloud } from "../../local/cloud/cloud";
import { accessContract } from "./accessContract";
import { functionsContract } from "./functionsContract";
import { notificationsContract } from "./notificationsContract";
import { objectsContract } from "./objectsContract";
import { queuesContract } from "./queuesContract";
import { repetitionContract } from "./repetitionContract";
import { rulesContract } from "./rulesContract";
import { useCloud } from "./support";
import { versionsContract } from "./versionsContract";
import { websiteContract } from "./websiteContract";
import { writesContract } from "./writesContract";

/** What every cloud must do, whichever is behind it. */
export function cloudContract(name: string, start: () => Promise<Cloud>): void {
  describe(name, () => {
    const fixture = useCloud(start);
    objectsContract(fixture);
    writesContract(fixture);
    versionsContract(fixture);
    accessContract(fixture);
    notificationsContract(fixture);
    queuesContract(fixture);
    functionsContract(fixture);
    rulesContract(fixture);
    websiteContract(fixture);
    describe("creating again", () => repetitionContract(fixture));
  });
}
