import { EventEmitter } from "node:events";
import { Activity } from "./activity";
import { ACCOUNT_ID } from "./awsProtocol";
import { SkippableClock } from "./clock";
import { closeAll, closeOnError } from "./closeAll";
import type { Cloud, CloudEvents } from "./cloud";
import { Rules } from "./eventbridge/rules";
import { refusedInvocation } from "./eventbridge/ruleTargets";
import { startGateway } from "./gateway";
import { Authorizer } from "./iam/authorization";
import { Identities, roleArn } from "./iam/identity";
import { EventSourceMappings } from "./lambda/eventSourceMappings";
import { Functions } from "./lambda/functions";
import { Logs } from "./lambda/logs";
import { type Environment, networkVariables } from "./lambda/machineNetwork";
import { readState } from "./readState";
import { Buckets } from "./s3/buckets";
import { Notifications } from "./s3/notifications";
import { ObjectStore } from "./s3/objectStore";
import type { S3Context } from "./s3/objects";
import { S3Service } from "./s3/service";
import { Websites } from "./s3/website";
import { websiteContent } from "./s3/websiteContent";
import { settle } from "./settling";
import { Queues } from "./sqs/queues";
import { openStorage } from "./storage";
import { openWorkDirectory } from "./workDirectory";

/** How {@link startCloud} starts. */
interface CloudOptions {
  /** Keeps objects and messages between runs; without it, they are lost when the cloud closes. */
  dataDir?: string;
  /** Default `us-east-1`. */
  region?: string;
  /** The API's port on 127.0.0.1; default: any free one. */
  port?: number;
  /** This machine's environment; functions get only its proxies and certificate authorities. Default: none. */
  machine?: Environment;
}

/**
 * Starts a cloud in this process: S3, SQS, Lambda, EventBridge's rules, IAM and logs, all on 127.0.0.1.
 *
 * @throws CloudError if the data directory is in use or cannot be written, or a proxy's address cannot be used.
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const region = options.region ?? "us-east-1";
  const network = networkVariables(options.machine ?? {});
  const events = new EventEmitter<CloudEvents>();
  // Any number of listeners is fine: no leak warning.
  events.setMaxListeners(0);
  const activity = new Activity();
  const identities = new Identities();
  const authorizer = new Authorizer(identities);
  const workDirectory = openWorkDirectory();
  const storage = await closeOnError(
    async () => openStorage(options.dataDir, workDirectory.path),
    async () => workDirectory.remove(),
  );

  const objects = new ObjectStore(storage);
  const buckets = new Buckets(objects, authorizer);
  const queues = new Queues(storage, authorizer, region);
  const notifications = new Notifications({ queues, authorizer, activity, events, region });
  const context: S3Context = { objects, changed: (change) => notifications.announce(change) };
  const s3 = new S3Service(context, authorizer, region);
  const gateway = await closeOnError(
    () => startGateway({ region, identities, authorizer, s3, queues, events }, options.port ?? 0),
    async () => {
      storage.close();
      workDirectory.remove();
    },
  );
  queues.endpoint = gateway.address;

  const logs = new Logs(authorizer, events, region);
  const functions = new Functions({
    identities,
    authorizer,
    logs,
    activity,
    events,
    workDir: workDirectory.path,
    region,
    network,
    endpoint: () => gateway.address,
  });
  const clock = new SkippableClock();
  const mappings = new EventSourceMappings({ queues, functions, authorizer, activity, clock, region });
  const websites = new Websites(websiteContent({ s3: context, buckets, authorizer }));
  const rules = new Rules({
    functions,
    authorizer,
    region,
    refused: (functionName, message) => events.emit("invoked", refusedInvocation(functionName, message)),
  });
  let closed = false;

  return {
    endpoint: gateway.address,
    region,
    accountId: ACCOUNT_ID,
    operator: identities.operator,
    events,
    unseen: new Set(),
    ...readState({
      buckets,
      notifications,
      queues,
      identities,
      functions,
      mappings,
      rules,
      logs,
      authorizer,
    }),

    createBucket: async (bucket) => buckets.create(bucket),
    deleteBucket: async (bucket, { force }) => {
      await websites.shut(bucket);
      notifications.forget(bucket);
      buckets.delete(bucket, force);
    },
    putBucketVersioning: async (bucket, status) => buckets.putVersioning(bucket, status),
    putBucketEncryption: async (bucket, algorithm) => buckets.putEncryption(bucket, algorithm),
    putPublicAccessBlock: async (bucket, configuration) =>
      buckets.putPublicAccessBlock(bucket, configuration),
    putBucketPolicy: async (bucket, policy) => buckets.putPolicy(bucket, policy),
    putBucketWebsite: async (bucket, website) => {
      buckets.putWebsite(bucket, website);
      await (website ? websites.open(bucket) : websites.shut(bucket));
    },
    putBucketLifecycle: async (bucket, lifecycle) => buckets.putLifecycle(bucket, lifecycle),
    putBucketNotification: async (bucket, configurations) => {
      buckets.require(bucket);
      await notifications.configure(bucket, configurations);
    },
    websiteEndpoint: (bucket) => websites.address(bucket),

    createQueue: async (name, attributes) => queues.put(name, attributes),
    setQueueAttributes: async (url, attributes) => {
      queues.attributesOf(url);
      queues.put(url, attributes);
    },
    deleteQueue: async (url) => queues.delete(url),

    putRole: async (role, trust) => {
      const { arn } = identities.putRole(role, trust);
      authorizer.setResourcePolicy(arn, trust);
      return { arn };
    },
    deleteRole: async (role) => {
      identities.deleteRole(role);
      authorizer.setResourcePolicy(roleArn(role), null);
    },
    putRolePolicy: async (role, policyName, policy) => identities.putRolePolicy(role, policyName, policy),

    putFunction: (configuration) => functions.put(configuration),
    deleteFunction: (name) => functions.delete(name),
    invoke: (functionName, payload) => functions.invoke(functionName, payload, "direct"),
    putPermission: async (functionName, statementId, permission) =>
      functions.putPermission(functionName, statementId, permission),
    putEventSourceMapping: (mapping) => mappings.put(mapping),
    deleteEventSourceMapping: (uuid) => mappings.delete(uuid),

    putRule: async (rule) => rules.put(rule),
    deleteRule: async (name) => rules.delete(name),
    putTarget: async (rule, target) => rules.putTarget(rule, target),
    deleteTarget: async (rule, targetId) => rules.deleteTarget(rule, targetId),

    createLogGroup: async (name, retentionInDays) => logs.createGroup(name, retentionInDays),
    deleteLogGroup: async (name) => logs.deleteGroup(name),
    logLines: (logGroup) => logs.lines(logGroup),

    fireRules: () => rules.fire(),
    settled: (timeoutMs, options = { retries: true }) =>
      settle({ activity, mappings, queues, clock, isClosed: () => closed }, timeoutMs, options),
    async close() {
      closed = true;
      // Pollers stop receiving. Closing the functions then fails the running batches, whose messages stay in the queue.
      const pollers = mappings.close();
      // `closeAll` reports the error; until then, an unhandled rejection must not end the process.
      pollers.catch(() => {});
      await closeAll([
        ["The functions", () => functions.close()],
        ["The event source mappings", () => pollers],
        ["The websites", () => websites.close()],
        ["The API", () => gateway.close()],
        ["The queues", () => queues.close()],
        ["The storage", () => storage.close()],
        ["The work directory", () => workDirectory.remove()],
      ]);
    },
  };
}
