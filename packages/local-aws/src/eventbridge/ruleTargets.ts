import { randomUUID } from "node:crypto";
import type { CloudEvents, RuleTarget } from "../cloud";

/** Lambda retries a failed asynchronous invocation twice. */
const ATTEMPTS = 3;

/** The parts of a cloud that invoking a rule's target needs. */
export interface TargetParts {
  accountId: string;
  region: string;
  /** Whether the function's own policy lets EventBridge invoke it for this rule. */
  mayInvoke(functionArn: string, ruleArn: string): Promise<boolean>;
  /** Invokes the function once. @throws {@link NotInvoked} if it could not be invoked at all. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Reports a target that could not be invoked at all. */
  refused(functionName: string, message: string): void;
}

/** The function was not invoked. Failures of invoked functions are reported as `invoked` events instead. */
export class NotInvoked extends Error {
  override name = "NotInvoked";
}

/** Invokes a rule's target as EventBridge and Lambda do; resolves when it is done, even if it failed. */
export async function invokeTarget(ruleArn: string, target: RuleTarget, parts: TargetParts): Promise<void> {
  const functionName = target.arn.split(":").at(-1) ?? "";
  if (!(await parts.mayInvoke(target.arn, ruleArn))) {
    parts.refused(
      functionName,
      `The function's policy does not let events.amazonaws.com invoke it for ${ruleArn}`,
    );
    return;
  }
  const event: unknown =
    target.input === undefined ? scheduledEvent(ruleArn, parts) : JSON.parse(target.input);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await parts.invoke(functionName, event);
      return;
    } catch (error) {
      if (error instanceof NotInvoked) parts.refused(functionName, error.message);
      // An `invoked` event reports each failed attempt.
    }
  }
}

/** The `invoked` event of a target that could not be invoked at all. */
export function refusedInvocation(functionName: string, message: string): CloudEvents["invoked"][0] {
  const error = { name: "AccessDenied", message };
  return { functionName, requestId: "", durationMs: 0, trigger: "rule", error };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(ruleArn: string, { accountId, region }: TargetParts) {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
