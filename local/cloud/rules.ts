import { randomUUID } from "node:crypto";
import type { Authorizer } from "./authorization";
import { AwsError } from "./awsProtocol";
import type { Rule, RuleTarget } from "./cloud";
import type { RuleState } from "./cloudState";
import type { Functions } from "./functions";
import { servicePrincipal } from "./identity";
import { ACCOUNT_ID } from "./storage";

const EVENTS = servicePrincipal("events.amazonaws.com");
const RATE = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;
const CRON = /^cron\(\S+ \S+ \S+ \S+ \S+ \S+\)$/;
/** Lambda tries a failed asynchronous invocation twice more. */
const ATTEMPTS = 3;

interface Stored {
  rule: Rule;
  targets: Map<string, RuleTarget>;
}

/** What rules need of the rest of the cloud. */
export interface RulesParts {
  functions: Functions;
  authorizer: Authorizer;
  region: string;
  /** Tells of a target that could not be invoked at all. */
  refused(functionName: string, message: string): void;
}

/** EventBridge's scheduled rules, fired by hand instead of by the clock. */
export class Rules {
  readonly #parts: RulesParts;
  readonly #rules = new Map<string, Stored>();

  constructor(parts: RulesParts) {
    this.#parts = parts;
  }

  put(rule: Rule): { arn: string } {
    if (!RATE.test(rule.scheduleExpression) && !CRON.test(rule.scheduleExpression)) {
      throw new AwsError(
        400,
        "ValidationException",
        `Parameter ScheduleExpression of rule ${rule.name} is not valid: ${rule.scheduleExpression}`,
      );
    }
    this.#rules.set(rule.name, { rule, targets: this.#rules.get(rule.name)?.targets ?? new Map() });
    return { arn: this.#arnOf(rule.name) };
  }

  describe(name: string): RuleState | undefined {
    const stored = this.#rules.get(name);
    return stored && { ...stored.rule, targets: [...stored.targets.values()] };
  }

  names(): Iterable<string> {
    return this.#rules.keys();
  }

  delete(name: string): void {
    this.#rules.delete(name);
  }

  putTarget(name: string, target: RuleTarget): void {
    const stored = this.#rules.get(name);
    if (!stored) throw new AwsError(404, "ResourceNotFoundException", `Rule ${name} does not exist.`);
    if (target.input !== undefined) JSON.parse(target.input);
    stored.targets.set(target.id, target);
  }

  deleteTarget(name: string, targetId: string): void {
    this.#rules.get(name)?.targets.delete(targetId);
  }

  /** Invokes every target of every enabled rule; resolves when all are through, whether they succeeded or not. */
  async fire(): Promise<void> {
    const due = [...this.#rules.values()].filter(({ rule }) => rule.enabled);
    await Promise.all(
      due.flatMap(({ rule, targets }) => [...targets.values()].map((target) => this.#invoke(rule, target))),
    );
  }

  async #invoke(rule: Rule, target: RuleTarget): Promise<void> {
    const ruleArn = this.#arnOf(rule.name);
    const functionName = target.arn.split(":").at(-1) ?? "";
    const context = { "aws:SourceArn": ruleArn, "aws:SourceAccount": ACCOUNT_ID };
    if (!(await this.#parts.authorizer.isAllowed(EVENTS, "lambda:InvokeFunction", target.arn, context))) {
      this.#parts.refused(
        functionName,
        `The function's policy does not let events.amazonaws.com invoke it for ${ruleArn}`,
      );
      return;
    }
    const event: unknown =
      target.input === undefined ? this.#scheduledEvent(ruleArn) : JSON.parse(target.input);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await this.#parts.functions.invoke(functionName, event, "rule");
        return;
      } catch (error) {
        if (error instanceof AwsError) this.#parts.refused(functionName, error.message);
        // Each failed attempt was told as an `invoked` event.
      }
    }
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
  #scheduledEvent(ruleArn: string) {
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: ACCOUNT_ID,
      time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      region: this.#parts.region,
      resources: [ruleArn],
      detail: {},
    };
  }

  #arnOf(name: string): string {
    return `arn:aws:events:${this.#parts.region}:${ACCOUNT_ID}:rule/${name}`;
  }
}
