import { badRequest, notImplemented } from "../awsProtocol";
import { checkPolicy } from "../iam/policyCheck";

/** The default and the range of each numeric attribute. */
const NUMBERS: Readonly<Record<string, readonly [initial: number, least: number, most: number]>> = {
  VisibilityTimeout: [30, 0, 43_200],
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1024, 1_048_576],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
};
const TEXTS = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"];

/** A queue's default attributes. */
export const INITIAL_ATTRIBUTES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [initial]]) => [name, String(initial)])),
  SqsManagedSseEnabled: "true",
};

/**
 * Checks attributes that are about to be set on a queue.
 *
 * @param exists whether there is a queue with this ARN.
 * @throws AwsError `InvalidParameterValue`, `InvalidAttributeValue`, `MalformedPolicyDocument`, `NotImplemented`.
 */
export function checkAttributes(
  queue: string,
  attributes: Readonly<Record<string, string>>,
  exists: (arn: string) => boolean,
): void {
  if (!/^[\w-]{1,80}$/.test(queue)) throw notImplemented(`queues with the name ${queue}`);
  for (const [name, value] of Object.entries(attributes)) {
    const [, least, most] = NUMBERS[name] ?? [];
    if (least === undefined || most === undefined) {
      if (!TEXTS.includes(name)) throw notImplemented(`the queue attribute ${name}`);
    } else if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most)
      throw badRequest(
        "InvalidAttributeValue",
        `${name} of queue ${queue} must be ${least} to ${most}, not ${value}.`,
      );
  }
  const { Policy, RedrivePolicy } = attributes;
  if (Policy) checkPolicy(readJson(queue, "Policy", Policy), "resource", `the policy of queue ${queue}`);
  if (RedrivePolicy) checkRedrive(queue, readJson(queue, "RedrivePolicy", RedrivePolicy), exists);
}

function readJson<T>(queue: string, attribute: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw badRequest(
      "InvalidAttributeValue",
      `The ${attribute} of queue ${queue} is not JSON: ${String(cause)}`,
    );
  }
}

function checkRedrive(
  queue: string,
  { deadLetterTargetArn, maxReceiveCount }: Record<string, unknown>,
  exists: (arn: string) => boolean,
): void {
  const invalid = (why: string) =>
    badRequest("InvalidParameterValue", `The RedrivePolicy of queue ${queue} is not valid: ${why}.`);
  if (typeof deadLetterTargetArn !== "string" || !exists(deadLetterTargetArn))
    throw invalid(`the dead-letter queue ${deadLetterTargetArn} does not exist`);
  if (deadLetterTargetArn.endsWith(`:${queue}`)) throw invalid("a queue cannot be its own dead-letter queue");
  if (!(Number(maxReceiveCount) >= 1 && Number(maxReceiveCount) <= 1000))
    throw invalid(`maxReceiveCount must be 1 to 1000, not ${maxReceiveCount}`);
}
