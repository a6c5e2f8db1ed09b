import * as z from "zod";
import type { Day } from "./session";

const synced = z.object({
  added: z.array(z.string()),
  updated: z.array(z.string()),
  removed: z.array(z.string()),
  unchanged: z.number(),
});
const populated = z.object({ written: z.boolean(), rows: z.number() });

/** A batch of SQS messages, as a function is given it. */
const batch = z.object({ Records: z.array(z.object({ body: z.string() })) });

/** What a day came to, a line for each thing that happened; what happened again, such as a failed try, is counted. */
export function describeDay(day: Day): string[] {
  const fetches = day.invocations
    .filter(({ trigger }) => trigger === "rule")
    .map(({ functionName, result, error }) => `${functionName}: ${error?.message ?? describeResult(result)}`);
  return [...countEach(fetches), describeFollowing(day)];
}

/** What followed the fetches: as much of it as the cloud can tell. */
function describeFollowing({ notifications, invocations }: Day): string {
  const byQueue = invocations.filter(({ trigger, error }) => trigger === "queue" && error === undefined);
  if (notifications === undefined) return `the queue invoked the analysis ${count(byQueue.length, "time")}`;
  const analyses = byQueue.filter(({ payload }) => !isTestEvent(payload));
  return (
    `${count(notifications.length, "notification")} of created and removed objects, ` +
    `${count(analyses.length, "analysis", "analyses")}`
  );
}

/** S3 sends one when notifications are set up, at each start anew; it asks for no analysis. */
function isTestEvent(payload: unknown): boolean {
  const { success, data } = batch.safeParse(payload);
  return success && data.Records.every(({ body }) => /"Event":\s*"s3:TestEvent"/.test(body));
}

function countEach(lines: readonly string[]): string[] {
  return [...new Set(lines)].map((line) => {
    const times = lines.filter((other) => other === line).length;
    return times === 1 ? line : `${line} (${times} times)`;
  });
}

function describeResult(result: unknown): string {
  const sync = synced.safeParse(result);
  if (sync.success) {
    const { added, updated, removed, unchanged } = sync.data;
    return `${added.length} added, ${updated.length} updated, ${removed.length} removed, ${unchanged} unchanged`;
  }
  const population = populated.safeParse(result);
  if (population.success) {
    return `${count(population.data.rows, "year")}, ${population.data.written ? "written" : "unchanged"}`;
  }
  return JSON.stringify(result) ?? "done";
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
