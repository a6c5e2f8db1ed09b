import Table from "cli-table3";
import type { Summary } from "./statistics";

/** The cell for a value that could not be measured. */
export const NOT_MEASURED = "–";

/** A table with a title above it and notes below. */
interface BenchTable {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Columns of words, aligned left; all others hold numbers. By default the first. */
  words?: readonly number[];
  notes?: readonly string[];
}

/** The table as text, with a final newline. Without colours, because it is pasted into documents. */
export function renderTable({ title, head, rows, words = [0], notes = [] }: BenchTable): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (words.includes(column) ? "left" : "right")),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return `${[title, table.toString(), ...notes].join("\n")}\n`;
}

/** `0.41 (0.38–0.52)`: the median, and the range in brackets, both divided by `unit`. */
export function formatSummary(summary: Summary | null, unit: number, digits: number): string {
  if (summary === null) return NOT_MEASURED;
  const text = (value: number) => (value / unit).toFixed(digits);
  const { median, min, max } = summary;
  return min === max ? text(median) : `${text(median)} (${text(min)}–${text(max)})`;
}

/** Counts by kind, one per line; if there are several kinds, their sum comes first. */
export function formatCounts(counts: Readonly<Record<string, number>>): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const lines = found.map(([kind, count]) => `${count} ${kind}`);
  const sum = found.reduce((total, [, count]) => total + count, 0);
  return lines.length === 1 ? lines.join() : [String(sum), ...lines].join("\n");
}
