import { messageOf } from "../../../functions/shared/errors";
import { type Summary, summarize, summarizeKnown } from "../shared/statistics";
import { formatSummary, NOT_MEASURED, renderTable } from "../shared/table";
import type { AggregationResult, SubjectResult } from "./aggregation";
import type { AnalyticsBenchResult } from "./analyticsBench";
import type { StartResult } from "./start";
import { FLOOR, THIS } from "./subjects";

const MIB = 1024 * 1024;

/** The results as tables. */
export function renderAnalyticsBench({
  machine,
  missing,
  start,
  aggregations,
  reports,
}: AnalyticsBenchResult): string {
  return [
    `${machine}\n`,
    ...(aggregations ? [renderAggregations("Best year by series", aggregations)] : []),
    ...(reports ? [renderAggregations("Whole report", reports)] : []),
    ...(start ? [renderStart(start)] : []),
    ...missing.map((sentence) => `${sentence}\n`),
  ].join("\n");
}

function renderAggregations(what: string, results: readonly AggregationResult[]): string {
  const all = results.flatMap(({ subjects }) => subjects);
  return renderTable({
    title: `${what}, ${runsOf(all)} runs each: median (min–max)`,
    head: ["Data file", "Subject", "Time, s", "× this", "Peak RSS, MiB", "Answer"],
    words: [0, 1, 5],
    rows: results.flatMap((result) =>
      result.subjects.map((subject, position) => [
        position === 0 ? describeFile(result) : "",
        ...subjectCells(subject, medianOf(result.subjects, THIS)),
      ]),
    ),
    notes: [
      ...results.flatMap(goals),
      ...new Set(all.map(({ remark }) => remark).filter(Boolean)),
      ...failures(results),
    ],
  });
}

function runsOf(all: readonly SubjectResult[]): number {
  return Math.max(0, ...all.map(({ runs }) => runs.length));
}

function describeFile({ scale, bytes, rows }: AggregationResult): string {
  const megabytes = (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  return `${scale.toLocaleString("en-US")}×, ${megabytes} MB\n${rows.toLocaleString("en-US")} rows`;
}

function subjectCells(result: SubjectResult, own: number | undefined): string[] {
  const { subject, runs, error } = result;
  if (error !== undefined || runs.length === 0)
    return [subject, NOT_MEASURED, NOT_MEASURED, NOT_MEASURED, "failed"];
  const wall = summarize(runs.map(({ wallMs }) => wallMs));
  return [
    subject,
    formatSummary(wall, 1000, 2),
    own === undefined ? NOT_MEASURED : (wall.median / own).toFixed(1),
    formatSummary(summarizeKnown(runs.map(({ peakRssBytes }) => peakRssBytes)), MIB, 0),
    describeAnswer(result),
  ];
}

function describeAnswer({ sha256, differences }: SubjectResult): string {
  if (sha256 === null) return NOT_MEASURED;
  const checksum = sha256.slice(0, 8);
  if (differences === null) return checksum;
  return differences === 0 ? checksum : `${checksum}, ${differences} series differ`;
}

/** Compares this with the fastest of the others, and with the floor if it was measured. */
function goals({ scale, subjects }: AggregationResult): string[] {
  const own = medianOf(subjects, THIS);
  const floor = medianOf(subjects, FLOOR);
  const others = subjects
    .filter(({ subject, runs }) => subject !== THIS && subject !== FLOOR && runs.length > 0)
    .map(({ subject }) => ({ subject, median: medianOf(subjects, subject) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.median - b.median);
  const [fastest] = others;
  if (own === undefined || fastest === undefined) return [];
  const faster = (fastest.median / own).toFixed(1);
  const beside = floor === undefined ? "" : `, which takes ${(own / floor).toFixed(1)} times the floor`;
  return [
    `${scale}×: the fastest of the others, ${fastest.subject}, takes ${faster} times as long as this${beside}.`,
  ];
}

function medianOf(subjects: readonly SubjectResult[], name: string): number | undefined {
  const runs = subjects.find(({ subject }) => subject === name)?.runs ?? [];
  return runs.length === 0 ? undefined : summarize(runs.map(({ wallMs }) => wallMs)).median;
}

function failures(results: readonly AggregationResult[]): string[] {
  return results.flatMap(({ scale, subjects }) =>
    subjects.flatMap(({ subject, error }) =>
      error === undefined ? [] : [`${subject} failed at ${scale}×: ${messageOf(error)}`],
    ),
  );
}

function renderStart({ bundleLoadMs, danfoLoadMs, firstMs, warmMs }: StartResult): string {
  const bundle = summarize(bundleLoadMs);
  const danfo = summarize(danfoLoadMs);
  const row = (name: string, summary: Summary) => [name, formatSummary(summary, 1, 0)];
  return renderTable({
    title: `Loading and a small file (the sample, 1.6 MB), ${bundleLoadMs.length} runs each: median (min–max)`,
    head: ["What", "Time, ms"],
    rows: [
      row("loading the analyze Lambda's bundle", bundle),
      row("loading danfo.js from node_modules", danfo),
      row("the whole analysis, parse to report: first in its process", summarize(firstMs)),
      row("the whole analysis, parse to report: sixth in its process", summarize(warmMs)),
    ],
    notes: [`The bundle loads ${(danfo.median / bundle.median).toFixed(1)} times as fast as danfo.js alone.`],
  });
}
