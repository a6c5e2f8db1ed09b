import { EventEmitter } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { closeAll } from "../closeAll";
import { type Cloud, CloudError, type CloudEvents, type Credentials } from "../cloud";
import { invokeTarget, NotInvoked, refusedInvocation } from "../eventbridge/ruleTargets";
import { evaluate } from "../iam/iamEvaluation";
import { servicePrincipal } from "../iam/identity";
import { Websites } from "../s3/website";
import { environmentCredentials, loopbackEndpoint } from "./address";
import { readBucket } from "./bucketState";
import { bucketMethods } from "./buckets";
import { connect } from "./connection";
import { defaultLogGroup, functionMethods, invocationFailure } from "./functions";
import { readInventory } from "./inventory";
import { logMethods } from "./logs";
import { mappingMethods, toMapping } from "./mappings";
import { QueueInvocations } from "./queueInvocations";
import { type QueueDepth, queueMethods } from "./queues";
import { roleMethods } from "./roles";
import { ruleMethods } from "./rules";
import { websiteContent } from "./websiteContent";

/** How {@link connectCloud} connects. */
interface EndpointOptions {
  /** Default: `AWS_REGION`, else `us-east-1`. */
  region?: string;
  /** Default: those in the environment, else those that emulators accept. */
  credentials?: Credentials;
}

const EVENTS = servicePrincipal("events.amazonaws.com");
const CHECK_MS = 200;
/** Consecutive checks that must find nothing, because a message between two parts of the cloud is in no count. */
const QUIET_CHECKS = 3;

/**
 * A cloud at an endpoint with AWS's API on this machine, called through the AWS SDK. Closing it leaves its content in
 * place. Websites are served by this process, because emulators do not serve them.
 *
 * @throws CloudError if the address is not this machine's, or no such cloud answers there.
 */
export async function connectCloud(address: string, options: EndpointOptions = {}): Promise<Cloud> {
  const { credentials = environmentCredentials(), region = process.env.AWS_REGION ?? "us-east-1" } = options;
  const connection = await connect(loopbackEndpoint(address), region, credentials);
  const { endpoint, accountId, s3 } = connection;
  const events = new EventEmitter<CloudEvents>();
  events.setMaxListeners(0);
  const queues = queueMethods(connection);
  const functions = functionMethods(connection);
  const mappings = mappingMethods(connection);
  const rules = ruleMethods(connection);
  const logs = logMethods(connection);
  const buckets = bucketMethods(connection);
  const websites = new Websites(websiteContent(connection));
  const invocations = new QueueInvocations(logs.readLines, events);
  /** Rule names → ARNs of the rules that were put through this connection; only these are fired. */
  const ownRules = new Map<string, string>();
  let closed = false;

  async function invoke(name: string, payload: unknown, trigger: "rule" | "direct"): Promise<unknown> {
    const ended = await functions.run(name, payload, trigger);
    invocations.note(ended.requestId);
    events.emit("invoked", ended);
    if (ended.error) throw invocationFailure(ended);
    return ended.result;
  }

  const targetParts = {
    accountId,
    region,
    async mayInvoke(functionArn: string, ruleArn: string) {
      const context = { "aws:SourceArn": ruleArn, "aws:SourceAccount": accountId };
      const request = { principal: EVENTS, action: "lambda:InvokeFunction", resource: functionArn, context };
      const resource = await functions.policyOf(functionArn);
      return evaluate(request, { identity: [], resource }) === "allow";
    },
    invoke: (name: string, event: unknown) =>
      invoke(name, event, "rule").catch((error: unknown) => {
        throw error instanceof CloudError ? error : new NotInvoked(String(error), { cause: error });
      }),
    refused: (name: string, message: string) => events.emit("invoked", refusedInvocation(name, message)),
  };

  /** Describes what is left in the queues that feed functions; also emits the invocations so far. */
  async function backlog(): Promise<string[]> {
    const polled = (await mappings.listMappings()).filter(({ State }) => State !== "Deleting").map(toMapping);
    const groups = polled.map(async ({ functionName }) => {
      const configuration = (await functions.getFunction(functionName))?.configuration;
      return { functionName, logGroup: configuration?.logGroup ?? defaultLogGroup(functionName) };
    });
    const arns = [...new Set(polled.map(({ queueArn }) => queueArn))];
    const depths = await Promise.all(arns.map(async (arn) => describeDepth(arn, await queues.depthOf(arn))));
    // Read after the queues, so that the invocations that emptied them are included.
    await invocations.tell(await Promise.all(groups));
    return depths.filter((text) => text !== undefined);
  }

  return {
    endpoint,
    region,
    accountId,
    operator: credentials,
    events,
    unseen: new Set(["request", "notified", "undelivered", "log"]),
    ...buckets,
    ...queues,
    ...roleMethods(connection),
    ...functions,
    ...mappings,
    ...rules,
    ...logs,
    getBucket: (bucket) => readBucket(s3, bucket),
    inventory: () => readInventory(connection),
    async putBucketWebsite(bucket, website) {
      await buckets.putBucketWebsite(bucket, website);
      await (website ? websites.open(bucket) : websites.shut(bucket));
    },
    async deleteBucket(bucket, deletion) {
      await buckets.deleteBucket(bucket, deletion);
      await websites.shut(bucket);
    },
    websiteEndpoint: (bucket) => websites.address(bucket),
    invoke: (name, payload) => invoke(name, payload, "direct"),
    async putRule(rule) {
      const put = await rules.putRule(rule);
      ownRules.set(rule.name, put.arn);
      return put;
    },
    async deleteRule(name) {
      await rules.deleteRule(name);
      ownRules.delete(name);
    },
    async fireRules() {
      const due = await Promise.all(
        [...ownRules].map(async ([name, arn]) => {
          const rule = await rules.getRule(name);
          return rule?.enabled ? rule.targets.map((target) => ({ arn, target })) : [];
        }),
      );
      await Promise.all(due.flat().map(({ arn, target }) => invokeTarget(arn, target, targetParts)));
    },
    async settled(timeoutMs) {
      const end = performance.now() + timeoutMs;
      for (let quiet = 0; quiet < QUIET_CHECKS; await wait(CHECK_MS)) {
        if (closed) throw new CloudError("The cloud was closed before it had settled.");
        const busy = await backlog();
        quiet = busy.length === 0 ? quiet + 1 : 0;
        if (busy.length > 0 && performance.now() >= end)
          throw new CloudError(`Still busy after ${timeoutMs} ms: ${busy.join("; ")}`);
      }
    },
    async close() {
      closed = true;
      await closeAll([
        ["The websites", () => websites.close()],
        ["The clients", () => connection.close()],
      ]);
    },
  };
}

function describeDepth(queueArn: string, depth: QueueDepth | undefined): string | undefined {
  if (depth === undefined || depth.visible + depth.delayed + depth.inFlight === 0) return undefined;
  const { visible, delayed, inFlight } = depth;
  return (
    `queue ${queueArn} (${visible} visible, ${delayed} delayed, ${inFlight} in flight: at work, or ` +
    "failed and waiting for their visibility timeout)"
  );
}
