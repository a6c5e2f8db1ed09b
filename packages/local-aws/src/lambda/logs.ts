import type { EventEmitter } from "node:events";
import { ACCOUNT_ID } from "../awsProtocol";
import type { CloudEvents } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import type { Principal } from "../iam/identity";

/** CloudWatch's log groups, in memory. */
export class Logs {
  readonly #groups = new Map<string, { lines: string[]; retentionInDays: number | null }>();
  readonly #authorizer: Authorizer;
  readonly #events: EventEmitter<CloudEvents>;
  readonly #region: string;
  #written: Promise<void> = Promise.resolve();

  constructor(authorizer: Authorizer, events: EventEmitter<CloudEvents>, region: string) {
    this.#authorizer = authorizer;
    this.#events = events;
    this.#region = region;
  }

  createGroup(name: string, retentionInDays: number | null): void {
    this.#groups.set(name, { lines: this.#groups.get(name)?.lines ?? [], retentionInDays });
  }

  describe(name: string): { retentionInDays: number | null } | undefined {
    const group = this.#groups.get(name);
    return group && { retentionInDays: group.retentionInDays };
  }

  names(): Iterable<string> {
    return this.#groups.keys();
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name);
  }

  /** All lines written before the call, oldest first. */
  async lines(name: string): Promise<string[]> {
    await this.#written;
    return [...(this.#groups.get(name)?.lines ?? [])];
  }

  /** Writes in call order. As on AWS, lines of a function whose role may not write logs are dropped. */
  write(principal: Principal, group: string, stream: string, line: string): void {
    this.#written = this.#written.then(() => this.#write(principal, group, stream, line));
  }

  async #write(principal: Principal, group: string, stream: string, line: string): Promise<void> {
    const groupArn = `arn:aws:logs:${this.#region}:${ACCOUNT_ID}:log-group:${group}`;
    const streamArn = `${groupArn}:log-stream:${stream}`;
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
      if (!(await this.#authorizer.isAllowed(principal, action, streamArn))) return;
    }
    if (!this.#groups.has(group)) {
      if (!(await this.#authorizer.isAllowed(principal, "logs:CreateLogGroup", groupArn))) return;
      this.createGroup(group, null);
    }
    this.#groups.get(group)?.lines.push(line);
    this.#events.emit("log", { logGroup: group, line });
  }
}
