import * as z from "zod";
import { pluralize } from "../../analytics/words";
import type { DayEvents } from "./session";

const syncSummary = z.object({
  added: z.array(z.string()),
  updated: z.array(z.string()),
  removed: z.array(z.string()),
  unchanged: z.number(),
});
const populationSummary = z.object({ written: z.boolean(), rows: z.number() });

/** The event that a function receives from SQS. */
const sqsEvent = z.object({ Records: z.array(z.object({ body: z.string() })) });

/** Describes a day, one line per event. A repeated line, such as a failed try, appears once with its count. */
export function formatDayEvents(day: DayEvents): string[] {
  const fetches = day.invocations
    .filter(({ trigger }) => trigger === "rule")
    .map(({ functionName, result, error }) => `${functionName}: ${error?.message ?? formatResult(result)}`);
  return [...countRepeats(fetches), formatAnalyses(day)];
}

/** Describes what followed the fetches, as far as the cloud reports it. */
function formatAnalyses({ notifications, invocations }: DayEvents): string {
  const byQueue = invocations.filter(({ trigger, error }) => trigger === "queue" && error === undefined);
  if (notifications === undefined)
    return `the queue invoked the analysis ${pluralize(byQueue.length, "time")}`;
  const analyses = byQueue.filter(({ payload }) => !isTestEvent(payload));
  return (
    `${pluralize(notifications.length, "notification")} of created and removed objects, ` +
    pluralize(analyses.length, "analysis", "analyses")
  );
}

/** S3 sends a test event when notifications are set up, so at every start. It does not cause an analysis. */
function isTestEvent(payload: unknown): boolean {
  const { success, data } = sqsEvent.safeParse(payload);
  return success && data.Records.every(({ body }) => /"Event":\s*"s3:TestEvent"/.test(body));
}

function countRepeats(lines: readonly string[]): string[] {
  return [...new Set(lines)].map((line) => {
    const times = lines.filter((other) => other === line).length;
    return times === 1 ? line : `${line} (${times} times)`;
  });
}

function formatResult(result: unknown): string {
  const sync = syncSummary.safeParse(result);
  if (sync.success) {
    const { added, updated, removed, unchanged } = sync.data;
    return `${added.length} added, ${updated.length} updated, ${removed.length} removed, ${unchanged} unchanged`;
  }
  const population = populationSummary.safeParse(result);
  if (population.success) {
    return `${pluralize(population.data.rows, "year")}, ${population.data.written ? "written" : "unchanged"}`;
  }
  return JSON.stringify(result) ?? "done";
}
