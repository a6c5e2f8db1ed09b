import { accessContract } from "./accessContract";
import { functionsContract } from "./functionsContract";
import { expectDifferences, type KnownDifference } from "./knownDifferences";
import { notificationsContract } from "./notificationsContract";
import { objectsContract } from "./objectsContract";
import { queuesContract } from "./queuesContract";
import { repetitionContract } from "./repetitionContract";
import { rulesContract } from "./rulesContract";
import { stateContract } from "./stateContract";
import { type StartCloud, useCloud } from "./support";
import { versionsContract } from "./versionsContract";
import { websiteContract } from "./websiteContract";
import { writesContract } from "./writesContract";

/**
 * What every cloud must do, because AWS does it.
 *
 * @param differences the cases in which this cloud is known to differ; they must fail as listed.
 */
export function cloudContract(
  name: string,
  start: StartCloud,
  differences: readonly KnownDifference[] = [],
): void {
  const suite = describe(name, () => {
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
    stateContract(fixture);
    describe("creating again", () => repetitionContract(fixture));
  });
  expectDifferences(suite, differences);
}
