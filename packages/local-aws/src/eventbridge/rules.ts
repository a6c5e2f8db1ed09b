import { ACCOUNT_ID, AwsError, badRequest } from "../awsProtocol";
import type { Rule, RuleTarget } from "../cloud";
import type { RuleState } from "../cloudState";
import type { Authorizer } from "../iam/authorization";
import { servicePrincipal } from "../iam/identity";
import type { Functions } from "../lambda/functions";
import { invokeTarget, NotInvoked, type TargetParts } from "./ruleTargets";

const EVENTS = servicePrincipal("events.amazonaws.com");
const RATE = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;
const CRON = /^cron\(\S+ \S+ \S+ \S+ \S+ \S+\)$/;

interface Stored {
  rule: Rule;
  targets: Map<string, RuleTarget>;
}

/** The parts of the cloud that rules need. */
interface RulesParts {
  functions: Functions;
  authorizer: Authorizer;
  region: string;
  /** Reports a target that could not be invoked at all. */
  refused(functionName: string, message: string): void;
}

/** EventBridge's scheduled rules, fired by a call of `fire` instead of the clock. */
export class Rules {
  readonly #parts: RulesParts;
  readonly #rules = new Map<string, Stored>();

  constructor(parts: RulesParts) {
    this.#parts = parts;
  }

  put(rule: Rule): { arn: string } {
    if (!RATE.test(rule.scheduleExpression) && !CRON.test(rule.scheduleExpression)) {
      throw badRequest(
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

  /** Invokes every target of every enabled rule; resolves when all are done, even if some failed. */
  async fire(): Promise<void> {
    const due = [...this.#rules.values()].filter(({ rule }) => rule.enabled);
    const parts = this.#targetParts();
    await Promise.all(
      due.flatMap(({ rule, targets }) =>
        [...targets.values()].map((target) => invokeTarget(this.#arnOf(rule.name), target, parts)),
      ),
    );
  }

  #targetParts(): TargetParts {
    const { functions, authorizer, region, refused } = this.#parts;
    return {
      accountId: ACCOUNT_ID,
      region,
      refused,
      mayInvoke: (functionArn, ruleArn) => {
        const context = { "aws:SourceArn": ruleArn, "aws:SourceAccount": ACCOUNT_ID };
        return authorizer.isAllowed(EVENTS, "lambda:InvokeFunction", functionArn, context);
      },
      invoke: (functionName, event) =>
        functions.invoke(functionName, event, "rule").catch((error: unknown) => {
          throw error instanceof AwsError ? new NotInvoked(error.message, { cause: error }) : error;
        }),
    };
  }

  #arnOf(name: string): string {
    return `arn:aws:events:${this.#parts.region}:${ACCOUNT_ID}:rule/${name}`;
  }
}
