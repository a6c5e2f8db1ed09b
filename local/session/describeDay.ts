import * as z from "zod";
import type { Day } from "./session";

const synced = z.object({
  added: z.array(z.string()),
  updated: z.array(z.string()),
  removed: z.array(z.string()),
  unchanged: z.number(),
});
const populated = z.object({ written: z.boolean(), rows: z.number() });

/** What a day came to, a line for each thing that happened. */
export function describeDay(day: Day): string[] {
  const fetches = day.invocations
    .filter(({ trigger }) => trigger === "rule")
    .map(({ functionName, result, error }) => `${functionName}: ${error?.message ?? describeResult(result)}`);
  const analyses = day.invocations.filter(({ trigger, error }) => trigger === "queue" && error === undefined);
  return [
    ...fetches,
    `${count(day.notifications.length, "notification")} of created and removed objects, ` +
      `${count(analyses.length, "analysis", "analyses")}`,
  ];
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
