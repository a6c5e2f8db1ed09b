import { randomUUID } from "node:crypto";
import type { Context } from "mocha";
import type { Cloud } from "../../local/cloud/cloud";
import { connectCloud } from "../../local/endpoint/connectCloud";
import { createOperator, needMinistack, startMinistack } from "../support/ministack";
import { cloudContract } from "./cloudContract";
import { MINISTACK_DIFFERENCES } from "./ministackDifferences";
import { removeAll } from "./support";

/** `npm run test:contract -- --endpoint URL` sets it: a cloud that is there already. */
const ENDPOINT = process.env.CONTRACT_ENDPOINT;

if (ENDPOINT === undefined) {
  cloudContract("MiniStack", startedMinistack, MINISTACK_DIFFERENCES);
} else {
  cloudContract(ENDPOINT, () => connected(ENDPOINT), MINISTACK_DIFFERENCES);
}

/** A MiniStack of the suite's own, which ends with it. */
async function startedMinistack(context: Context): Promise<{ cloud: Cloud }> {
  const ministack = await startMinistack(needMinistack(context));
  const cloud = await connectCloud(ministack.endpoint, {
    credentials: await createOperator(ministack.endpoint),
  });
  const close = async () => {
    await cloud.close();
    await ministack.close();
  };
  return { cloud: { ...cloud, close } };
}

/** Somebody's cloud: what the suite makes there, it removes. */
async function connected(endpoint: string): Promise<{ cloud: Cloud; suffix: string }> {
  const cloud = await connectCloud(endpoint);
  const suffix = `-${randomUUID().slice(0, 8)}`;
  const close = async () => {
    await removeAll(cloud, suffix);
    await cloud.close();
  };
  return { cloud: { ...cloud, close }, suffix };
}
