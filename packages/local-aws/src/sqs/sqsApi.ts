import { AwsError, type AwsResponse, badRequest, notImplemented, type RequestHead } from "../awsProtocol";
import type { Authorizer } from "../iam/authorization";
import type { Principal } from "../iam/identity";
import { md5, nameIn, type Queues } from "./queues";

/** The parameters of a request. */
type Input = Record<string, unknown>;

/** A parsed SQS request. */
interface SqsCall {
  operation: string;
  /** The queue's name. */
  queue: string;
  input: Input;
}

interface Operation {
  action: string;
  /** The supported parameters besides QueueUrl. */
  takes: readonly string[];
  run(queues: Queues, queue: string, input: Input): unknown;
}

const LONGEST_HIDDEN_SECONDS = 43_200;

const SEND: Operation = {
  action: "sqs:SendMessage",
  takes: ["MessageBody", "DelaySeconds", "MessageAttributes"],
  run(queues, queue, input) {
    const body = String(input.MessageBody ?? "");
    const delaySeconds = wholeNumber(input, "DelaySeconds", 0, 900);
    const id = queues.send(queue, body, Object(input.MessageAttributes ?? {}), delaySeconds);
    return { MessageId: id, MD5OfMessageBody: md5(body) };
  },
};
const DELETE: Operation = {
  action: "sqs:DeleteMessage",
  takes: ["ReceiptHandle"],
  run: (queues, queue, input) => queues.deleteMessage(queue, String(input.ReceiptHandle)),
};

/** The implemented operations. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: SEND,
  SendMessageBatch: inBatches(SEND),
  DeleteMessage: DELETE,
  DeleteMessageBatch: inBatches(DELETE),
  ReceiveMessage: {
    action: "sqs:ReceiveMessage",
    takes: [
      "MaxNumberOfMessages",
      "VisibilityTimeout",
      "WaitTimeSeconds",
      "AttributeNames",
      "MessageSystemAttributeNames",
      "MessageAttributeNames",
    ],
    async run(queues, queue, input) {
      const messages = await queues.receive(queue, {
        count: wholeNumber(input, "MaxNumberOfMessages", 1, 10) ?? 1,
        waitSeconds: wholeNumber(input, "WaitTimeSeconds", 0, 20),
        hideSeconds: wholeNumber(input, "VisibilityTimeout", 0, LONGEST_HIDDEN_SECONDS),
      });
      const asked = [input.AttributeNames ?? [], input.MessageSystemAttributeNames ?? []].flat();
      const Messages = messages.map(({ Attributes, MessageAttributes, ...message }) => ({
        ...message,
        Attributes: onlyAsked(Attributes, asked),
        MessageAttributes: onlyAsked(MessageAttributes, input.MessageAttributeNames),
      }));
      return { Messages };
    },
  },
  ChangeMessageVisibility: {
    action: "sqs:ChangeMessageVisibility",
    takes: ["ReceiptHandle", "VisibilityTimeout"],
    run(queues, queue, input) {
      const seconds = wholeNumber(input, "VisibilityTimeout", 0, LONGEST_HIDDEN_SECONDS) ?? 0;
      if (!queues.hide(queue, String(input.ReceiptHandle), seconds))
        throw badRequest("MessageNotInflight", "The specified message isn't in flight.");
    },
  },
  GetQueueAttributes: {
    action: "sqs:GetQueueAttributes",
    takes: ["AttributeNames"],
    run: (queues, queue, input) => ({
      Attributes: onlyAsked(queues.attributesOf(queue), input.AttributeNames),
    }),
  },
  GetQueueUrl: {
    action: "sqs:GetQueueUrl",
    takes: ["QueueName"],
    run: (queues, queue) => ({ QueueUrl: queues.urlOf(queue) }),
  },
};

/** @throws AwsError `NotImplemented`, `SerializationException`. */
export function parseSqs({ headers }: RequestHead, body: Buffer): SqsCall {
  const operation = headers["x-amz-target"]?.replace(/^AmazonSQS\./, "") ?? "";
  if (!Object.hasOwn(OPERATIONS, operation)) throw notImplemented(`the SQS operation ${operation}`);
  let input: Input;
  try {
    input = Object(JSON.parse(body.toString()));
  } catch (cause) {
    throw badRequest("SerializationException", `The body is not JSON: ${String(cause)}`);
  }
  checkParameters(operation, input, ["QueueUrl", ...(OPERATIONS[operation]?.takes ?? [])]);
  return { operation, queue: nameIn(String(input.QueueName ?? input.QueueUrl ?? "")), input };
}

/** SQS's data plane: authorizes and executes calls. @throws AwsError as on SQS. */
export async function handleSqs(
  queues: Queues,
  authorizer: Authorizer,
  { operation, queue, input }: SqsCall,
  principal: Principal,
): Promise<AwsResponse> {
  const { action = "", run } = OPERATIONS[operation] ?? {};
  await authorizer.require(principal, action, queues.arnOf(queue));
  queues.requireQueue(queue);
  const answer = await run?.(queues, queue, input);
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(answer ?? {}),
  };
}

/** The operation on up to ten entries, each of which succeeds or fails on its own. */
function inBatches({ action, takes, run }: Operation): Operation {
  return {
    action,
    takes: ["Entries"],
    async run(queues, queue, { Entries }) {
      const entries = [Entries ?? []].flat() as Input[];
      const ids = new Set(entries.map(({ Id }) => Id));
      if (entries.length < 1 || entries.length > 10 || ids.size < entries.length)
        throw invalidParameter("a batch has 1 to 10 entries with different Ids");
      const Successful: unknown[] = [];
      const Failed: unknown[] = [];
      for (const { Id, ...input } of entries) {
        checkParameters("a batch's entry", input, takes);
        try {
          Successful.push({ Id, ...Object(await run(queues, queue, input)) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
        }
      }
      return { Successful, Failed };
    },
  };
}

function checkParameters(of: string, input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown) throw notImplemented(`the parameter ${unknown} of ${of}`);
}

function onlyAsked<T>(all: Record<string, T>, asked: unknown): Record<string, T> {
  const names = [asked ?? []].flat();
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name)),
  );
}

function wholeNumber(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalidParameter(`${name} must be ${least} to ${most}, not ${value}`);
}

function invalidParameter(why: string): AwsError {
  return badRequest("InvalidParameterValue", `The request is not valid: ${why}.`);
}
