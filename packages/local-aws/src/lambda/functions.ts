import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import { join } from "node:path";
import type { Activity } from "../activity";
import { ACCOUNT_ID, AwsError, badRequest } from "../awsProtocol";
import {
  CloudError,
  type CloudEvents,
  type FunctionConfiguration,
  type Permission,
  type PolicyDocument,
} from "../cloud";
import type { FunctionState } from "../cloudState";
import type { Authorizer } from "../iam/authorization";
import { type Principal, rolePrincipal, servicePrincipal } from "../iam/identity";
import { checkConfiguration, unpack } from "./functionArchive";
import { FunctionPool, type PoolParts } from "./functionPool";
import type { FunctionFault } from "./functionProtocol";

/** What invoked a function. */
type Trigger = "rule" | "queue" | "direct";

/** The parts of the cloud that functions need. */
interface FunctionsParts extends PoolParts {
  authorizer: Authorizer;
  activity: Activity;
  events: EventEmitter<CloudEvents>;
}

/** Lambda's functions, and who may invoke them. */
export class Functions {
  readonly #parts: FunctionsParts;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #permissions = new Map<string, Map<string, Permission>>();
  readonly #retired = new Set<FunctionPool>();
  #versions = 0;

  constructor(parts: FunctionsParts) {
    this.#parts = parts;
  }

  /** @throws AwsError `InvalidParameterValueException` for a configuration that Lambda would refuse. */
  async put(configuration: FunctionConfiguration): Promise<{ arn: string }> {
    const { name } = configuration;
    checkConfiguration(configuration);
    const role = await this.#requireRole(configuration);
    const codeDir = join(this.#parts.workDir, "functions", `${name}-${++this.#versions}`);
    unpack(configuration, codeDir);
    await this.#retire(name);
    const arn = this.arnOf(name);
    const logGroup = configuration.logGroup ?? `/aws/lambda/${name}`;
    const version = { configuration, arn, role, principal: rolePrincipal(role, name), codeDir, logGroup };
    this.#pools.set(name, new FunctionPool(version, this.#parts));
    return { arn };
  }

  /** Resolves when the idle processes have ended; running invocations may finish. */
  async delete(name: string): Promise<void> {
    const retired = this.#retire(name);
    this.#pools.delete(name);
    this.#permissions.delete(name);
    this.#parts.authorizer.setResourcePolicy(this.arnOf(name), null);
    await retired;
  }

  putPermission(name: string, statementId: string, permission: Permission | null): void {
    if (permission) this.#require(name);
    const permissions = this.#permissions.get(name) ?? new Map<string, Permission>();
    if (permission) permissions.set(statementId, permission);
    else permissions.delete(statementId);
    this.#permissions.set(name, permissions);
    this.#parts.authorizer.setResourcePolicy(this.arnOf(name), resourcePolicy(permissions, this.arnOf(name)));
  }

  /**
   * Runs the function once and returns its result.
   *
   * @throws CloudError with the function's own error as `cause`.
   */
  async invoke(name: string, payload: unknown, trigger: Trigger): Promise<unknown> {
    const pool = this.#require(name);
    const requestId = randomUUID();
    const done = this.#parts.activity.begin(`function ${name}`);
    const startedAt = performance.now();
    try {
      const outcome = await pool.run(requestId, JSON.stringify(payload ?? null));
      const durationMs = performance.now() - startedAt;
      const report = { functionName: name, requestId, durationMs, trigger, payload };
      if ("fault" in outcome) {
        const error = { name: outcome.fault.name, message: outcome.fault.message };
        this.#parts.events.emit("invoked", { ...report, error });
        throw new CloudError(`Function ${name} failed: ${error.name}: ${error.message}`, {
          cause: toError(outcome.fault),
        });
      }
      const result: unknown = JSON.parse(outcome.payload);
      this.#parts.events.emit("invoked", { ...report, result });
      return result;
    } finally {
      done();
    }
  }

  /** The function's principal and timeout. @throws AwsError `ResourceNotFoundException`. */
  describe(name: string): { principal: Principal; timeoutSeconds: number } {
    const { principal, configuration } = this.#require(name).version;
    return { principal, timeoutSeconds: configuration.timeoutSeconds };
  }

  /** Its configuration and who may invoke it; undefined if there is no such function. */
  state(name: string): FunctionState | undefined {
    const pool = this.#pools.get(name);
    if (!pool) return undefined;
    const { files: _, ...configuration } = pool.version.configuration;
    return { configuration, permissions: Object.fromEntries(this.#permissions.get(name) ?? []) };
  }

  names(): Iterable<string> {
    return this.#pools.keys();
  }

  arnOf(name: string): string {
    return `arn:aws:lambda:${this.#parts.region}:${ACCOUNT_ID}:function:${name}`;
  }

  /** Ends every process; resolves when all have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values(), ...this.#retired].map((pool) => pool.close()));
  }

  /** Retires the function's pool, which `close` still has to close while an invocation runs in it. */
  async #retire(name: string): Promise<void> {
    const pool = this.#pools.get(name);
    if (!pool) return;
    this.#retired.add(pool);
    await pool.retire();
    for (const one of this.#retired) if (one.isEmpty) this.#retired.delete(one);
  }

  async #requireRole({ name, roleArn }: FunctionConfiguration): Promise<string> {
    const role = this.#parts.identities.roleByArn(roleArn);
    const lambda = servicePrincipal("lambda.amazonaws.com");
    if (role && (await this.#parts.authorizer.isAllowed(lambda, "sts:AssumeRole", roleArn))) return role.name;
    const why = role ? "does not trust lambda.amazonaws.com" : "does not exist";
    throw badRequest(
      "InvalidParameterValueException",
      `The role defined for function ${name} cannot be assumed by Lambda: ${roleArn} ${why}.`,
    );
  }

  #require(name: string): FunctionPool {
    const pool = this.#pools.get(name);
    if (!pool)
      throw new AwsError(404, "ResourceNotFoundException", `Function not found: ${this.arnOf(name)}`);
    return pool;
  }
}

/** The statements that Lambda's AddPermission creates. */
function resourcePolicy(permissions: Map<string, Permission>, functionArn: string): PolicyDocument | null {
  if (permissions.size === 0) return null;
  const statements = [...permissions].map(([Sid, { principal, action, sourceArn }]) => ({
    Sid,
    Effect: "Allow",
    Principal: { Service: principal },
    Action: action,
    Resource: functionArn,
    ...(sourceArn && { Condition: { ArnLike: { "aws:SourceArn": sourceArn } } }),
  }));
  return { Version: "2012-10-17", Statement: statements };
}

function toError({ name, message, stack }: FunctionFault): Error {
  return Object.assign(new Error(message), { name, ...(stack && { stack }) });
}
