import { randomUUID } from "node:crypto";
import type { Context } from "mocha";
import { createOperator, needMinistack, startMinistack } from "../../../../tools/ministack/ministack";
import { closeAfter, closeOnError } from "../../src/closeAll";
import type { Cloud } from "../../src/cloud";
import { connectCloud } from "../../src/endpoint/connectCloud";
import { cloudContract } from "./cloudContract";
import { MINISTACK_DIFFERENCES } from "./ministackDifferences";
import { removeAll } from "./support";

/** A running cloud's address, set by `npm run test:contract -- --endpoint URL`. */
const ENDPOINT = process.env.CONTRACT_ENDPOINT;

const SUFFIX = `-${randomUUID().slice(0, 8)}`;

cloudContract(ENDPOINT ?? "MiniStack", ENDPOINT ? () => connected(ENDPOINT) : started, MINISTACK_DIFFERENCES);

/** The suite's own MiniStack, which is stopped at the end with everything in it. */
async function started(context: Context): Promise<{ cloud: Cloud; suffix: string }> {
  const ministack = await startMinistack(needMinistack(context));
  return closeOnError(
    async () => {
      const { cloud } = await connect(ministack.endpoint);
      const close = () => closeAfter(() => cloud.close(), ministack.close);
      return { cloud: { ...cloud, close }, suffix: SUFFIX };
    },
    () => ministack.close(),
  );
}

/** An existing cloud; the suite removes everything that it creates there. */
async function connected(endpoint: string): Promise<{ cloud: Cloud; suffix: string }> {
  const { cloud, removeOperator } = await connect(endpoint);
  const close = async () => {
    await removeAll(cloud, SUFFIX);
    await cloud.close();
    await removeOperator();
  };
  return { cloud: { ...cloud, close }, suffix: SUFFIX };
}

async function connect(endpoint: string): Promise<{ cloud: Cloud; removeOperator: () => Promise<void> }> {
  const { credentials, remove } = await createOperator(endpoint, `operator${SUFFIX}`);
  return { cloud: await connectCloud(endpoint, { credentials }), removeOperator: remove };
}
