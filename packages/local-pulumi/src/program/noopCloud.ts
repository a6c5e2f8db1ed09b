import { EventEmitter } from "node:events";
import type { Cloud } from "@data-quest/local-aws/cloud";

/** The account that AWS's own documentation uses. */
const ACCOUNT = "123456789012";

/**
 * A cloud in which nothing happens: every call succeeds and returns an ARN or address as AWS would, the same every time.
 * Calls that need an existing resource (invoking, reading logs) are refused.
 */
export function noopCloud(region: string): Cloud {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
  const nothing = async () => undefined;
  const refused = async (): Promise<never> => {
    throw new Error("A plan cannot run anything.");
  };
  return {
    endpoint: `https://${region}.amazonaws.com`,
    region,
    accountId: ACCOUNT,
    operator: { accessKeyId: "", secretAccessKey: "" },
    events: new EventEmitter(),
    unseen: new Set(),
    getBucket: nothing,
    getQueueAttributes: nothing,
    getRole: nothing,
    getFunction: nothing,
    getEventSourceMapping: nothing,
    getRule: nothing,
    getLogGroup: nothing,
    inventory: refused,
    createBucket: nothing,
    deleteBucket: nothing,
    putBucketVersioning: nothing,
    putBucketEncryption: nothing,
    putPublicAccessBlock: nothing,
    putBucketPolicy: nothing,
    putBucketWebsite: nothing,
    putBucketLifecycle: nothing,
    putBucketNotification: nothing,
    websiteEndpoint: (bucket) => `http://${bucket}.s3-website-${region}.amazonaws.com`,
    createQueue: async (name) => ({
      url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}`,
      arn: arn("sqs", name),
    }),
    setQueueAttributes: nothing,
    deleteQueue: nothing,
    putRole: async (role) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${role}` }),
    deleteRole: nothing,
    putRolePolicy: nothing,
    putFunction: async ({ name }) => ({ arn: arn("lambda", `function:${name}`) }),
    deleteFunction: nothing,
    invoke: refused,
    putPermission: nothing,
    putEventSourceMapping: async ({ queueArn, functionName }) => ({
      uuid: `${queueArn.split(":").at(-1)}-${functionName}`,
    }),
    deleteEventSourceMapping: nothing,
    putRule: async ({ name }) => ({ arn: arn("events", `rule/${name}`) }),
    deleteRule: nothing,
    putTarget: nothing,
    deleteTarget: nothing,
    createLogGroup: nothing,
    deleteLogGroup: nothing,
    logLines: refused,
    fireRules: refused,
    settled: nothing,
    close: nothing,
  };
}
