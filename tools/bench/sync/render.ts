import { messageOf } from "../../../functions/shared/errors";
import { medianCounts, summarize, summarizeKnown } from "../shared/statistics";
import { formatCounts, formatSummary, NOT_MEASURED, renderTable } from "../shared/table";
import type { MemoryResult } from "./memory";
import type { PlanningResult } from "./planning";
import type { SyncBenchResult } from "./syncBench";
import type { TransferResult, TransferRun } from "./transfer";

const MIB = 1024 * 1024;

/** The results as tables. */
export function renderSyncBench({ machine, transfers, missing, memory, planning }: SyncBenchResult): string {
  return [
    `${machine}\n`,
    ...(transfers ? [renderTransfers(transfers, missing)] : []),
    ...(memory ? [renderMemory(memory)] : []),
    ...(planning ? [renderPlanning(planning)] : []),
  ].join("\n");
}

function renderTransfers(results: readonly TransferResult[], missing: readonly string[]): string {
  const measured = results.filter(({ error }) => error === undefined);
  return renderTable({
    title: `13 files, 30 MB, ${results[0]?.first.length ?? 0} runs each: median (min–max)`,
    head: ["Subject", "Run", "Time, s", "Handler, s", "Peak RSS, MiB", "Upstream", "Sent, MB", "S3"],
    words: [0, 1, 5, 7],
    rows: [
      ...measured.map(({ subject, first }) => transferRow(subject, "first", first)),
      ...measured.map(({ subject, noChange }) => transferRow(subject, "no change", noChange)),
    ],
    notes: [
      ...measured.map(({ remark }) => remark),
      ...results.flatMap(({ subject, error }) =>
        error === undefined ? [] : [`${subject} failed: ${messageOf(error)}`],
      ),
      ...missing,
    ],
  });
}

function transferRow(subject: string, run: string, runs: readonly TransferRun[]): string[] {
  return [
    subject,
    run,
    formatSummary(summarize(runs.map(({ wallMs }) => wallMs)), 1000, 2),
    formatSummary(summarizeKnown(runs.map(({ handlerMs }) => handlerMs ?? null)), 1000, 2),
    formatSummary(summarizeKnown(runs.map(({ peakRssBytes }) => peakRssBytes)), MIB, 0),
    formatCounts(medianCounts(runs.map(({ upstream }) => upstream.requests))),
    formatSummary(summarize(runs.map(({ upstream }) => upstream.bytes)), 1e6, 3),
    formatCounts(medianCounts(runs.map(({ s3 }) => s3))),
  ];
}

function renderMemory(results: readonly MemoryResult[]): string {
  return renderTable({
    title: `One file, first run, ${results[0]?.runs.length ?? 0} runs each: median (min–max)`,
    head: ["Size, MB", "Peak RSS, MiB", "Time, s", "MB/s", "S3"],
    words: [4],
    rows: results.map(({ size, runs }) => [
      String(size / 1e6),
      formatSummary(summarizeKnown(runs.map(({ peakRssBytes }) => peakRssBytes)), MIB, 0),
      formatSummary(summarize(runs.map(({ wallMs }) => wallMs)), 1000, 2),
      (size / 1e6 / (summarize(runs.map(({ wallMs }) => wallMs)).median / 1000)).toFixed(0),
      formatCounts(medianCounts(runs.map(({ s3 }) => s3))),
    ]),
  });
}

function renderPlanning(results: readonly PlanningResult[]): string {
  const cold = results.find(({ files }) => files === 10_000);
  const coldMs = (cold?.parseMs[0] ?? 0) + (cold?.planMs[0] ?? 0);
  return renderTable({
    title: `Listing and planning, ${results[0]?.parseMs.length ?? 0} runs each: median (min–max)`,
    head: ["Files", "Listing, ms", "Plan, ms", "Both, ms", "Per file, µs"],
    words: [],
    rows: results.map(({ files, parseMs, planMs }) => {
      const both = summarize(parseMs.map((ms, run) => ms + (planMs[run] ?? 0)));
      return [
        files.toLocaleString("en-US"),
        formatSummary(summarize(parseMs), 1, 1),
        formatSummary(summarize(planMs), 1, 1),
        formatSummary(both, 1, 1),
        ((both.median * 1000) / files).toFixed(1),
      ];
    }),
    notes: [
      cold ? `10,000 files, first of all, nothing compiled yet: ${coldMs.toFixed(0)} ms.` : NOT_MEASURED,
    ],
  });
}
