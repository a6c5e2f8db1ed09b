import { styleText } from "node:util";
import Table from "cli-table3";
import { provenanceOf } from "../../analytics/provenance";
import type {
  Changes,
  PopulationSummary,
  Provenance,
  Quality,
  Report,
  SeriesPopulation,
} from "../../analytics/report";

const BEST_YEARS_SHOWN = 10;
const YEARS_SHOWN = 12;
const MOST_REVISED_SHOWN = 5;
/** What the best years' table needs beside the words. */
const OTHER_COLUMNS = 36;

/**
 * The report in words and tables; of long tables, some rows.
 *
 * @param columns how wide the terminal is; by default as standard output is, or 160.
 */
export function renderReport(report: Report, columns = process.stdout.columns ?? 160): string {
  const { populationSummary, bestYears, seriesPopulation, quality, changes, missingInputs } = report;
  const qualityText = qualitySection(report.settings.dataFile, quality);
  const warns = quality.rules.some(({ severity, count }) => severity === "warning" && count);
  return [
    // Warnings come first, for readers who see only the first lines.
    warns && qualityText,
    populationSummary && population(populationSummary, provenanceOf(report.inputs)),
    bestYearsTable(bestYears, columns),
    seriesTable(seriesPopulation),
    changes && changesSection(changes),
    !warns && qualityText,
    missingInputs.length > 0 && missingLine(missingInputs),
  ]
    .filter((part) => part !== null && part !== false)
    .join("\n\n");
}

function population(summary: PopulationSummary, provenance: Provenance | null): string {
  const { from, to, years, missingYears, mean, sampleStandardDeviation, populationStandardDeviation } =
    summary;
  const missing = missingYears.length === 0 ? "" : `, none for ${missingYears.join(", ")}`;
  const dataset = provenance?.dataset ? ` From: ${provenance.dataset}.` : "";
  return section(
    `Population of the United States, ${from}–${to}`,
    `In persons, over ${years.length} ${years.length === 1 ? "year" : "years"} with a figure${missing}.${dataset}`,
    table(
      ["Mean", "Std. deviation (sample)", "Std. deviation (population)"],
      ["right", "right", "right"],
      [[mean, sampleStandardDeviation, populationStandardDeviation].map((value) => decimal(value, 1, 1))],
    ),
  );
}

function bestYearsTable(best: Report["bestYears"], columns: number): string {
  const annual = best.filter(({ basis }) => basis === "annual").length;
  const tied = best.filter(({ tiedYears }) => tiedYears.length > 0).length;
  const rows = best.slice(0, BEST_YEARS_SHOWN);
  const words = rows.map(({ title, unit }) => (unit === null ? title : `${title} (${unit})`));
  const longest = Math.max(0, ...words.map((text) => text.length + 2));
  return section(
    "Best year of each series",
    "The year whose quarters sum to most." +
      (annual > 0 ? ` For ${whole(annual)} series without quarters: whose average is largest.` : ""),
    `${shown(BEST_YEARS_SHOWN, best.length, "series", "first")}.` +
      (tied > 0 ? ` In ${whole(tied)}, years tie, and the earliest one counts.` : ""),
    table(
      ["Series", "Year", "Value", "What it measures"],
      ["left", "right", "right", "left"],
      rows.map(({ seriesId, year, value }, at) => [
        seriesId,
        String(year),
        decimal(value, 1, 3),
        words[at] ?? "",
      ]),
      { 3: Math.max(30, Math.min(longest, columns - OTHER_COLUMNS)) },
    ),
  );
}

function seriesTable({ seriesId, title, unit, period, rows }: SeriesPopulation): string {
  const heading = `${seriesId} in ${period}, beside the population`;
  const what = title === seriesId ? "" : `${title}${unit === null ? "" : ` (${unit})`}.`;
  if (rows.length === 0) return section(heading, what, `It has no value for ${period}.`);
  return section(
    heading,
    what,
    `${shown(YEARS_SHOWN, rows.length, "years", "latest")}.`,
    table(
      ["Year", "Value", "Population"],
      ["right", "right", "right"],
      rows
        .slice(-YEARS_SHOWN)
        .map(({ year, value, population }) => [
          String(year),
          decimal(value, 1, 3),
          decimal(population, 0, 0),
        ]),
    ),
  );
}

function changesSection({ previousGeneratedAt, ...changes }: Changes): string {
  const { largestRevision: largest, revisionsBySeries, bestYearsMoved } = changes;
  const lines: string[] = [];
  if (largest !== null) {
    const { seriesId, year, period, from, to } = largest;
    lines.push(
      `Largest revision: ${seriesId} ${year} ${period}, ${decimal(from, 1, 3)} → ${decimal(to, 1, 3)}.`,
    );
  }
  if (revisionsBySeries.length > 0) {
    const most = revisionsBySeries
      .slice(0, MOST_REVISED_SHOWN)
      .map(({ seriesId, values }) => `${seriesId} (${whole(values)})`);
    lines.push(`Most revised: ${most.join(", ")}.`);
  }
  for (const { seriesId, from, to } of bestYearsMoved.slice(0, BEST_YEARS_SHOWN)) {
    lines.push(`Best year of ${seriesId}: ${from} → ${to}.`);
  }
  const more = bestYearsMoved.length - BEST_YEARS_SHOWN;
  if (more > 0) lines.push(`And ${whole(more)} more best years.`);
  for (const { year, from, to } of changes.population?.yearsRevised ?? []) {
    lines.push(`Population of ${year}: ${whole(from)} → ${whole(to)}.`);
  }
  return section("What changed", `Since the report of ${previousGeneratedAt}: ${changes.summary}`, ...lines);
}

function qualitySection(dataFile: string, { rowsRead, rowsKept, rules }: Quality): string {
  const refused = rowsRead - rowsKept;
  const kept = refused === 0 ? "all of them kept" : `${whole(refused)} of them refused`;
  const broken = rules.flatMap(({ rule, severity, count, examples: [first] }) => {
    if (count === null || count === 0 || first === undefined) return [];
    const where = first.line === null ? first.file : `${first.file}, line ${first.line},`;
    return [`${severity} ${rule}: ${whole(count)}. ${count === 1 ? "" : "First: "}${where} ${first.reason}.`];
  });
  return section("Quality", `${dataFile}: ${whole(rowsRead)} rows, ${kept}.`, ...broken);
}

function missingLine(names: readonly string[]): string {
  const gone = names.map((name) =>
    name.endsWith(".series")
      ? `${name} (so series go by their ids, without units)`
      : `${name} (so there is no population)`,
  );
  return `${bold("Missing")}  ${gone.join(" and ")}.`;
}

function section(heading: string, ...body: string[]): string {
  return [bold(heading), ...body].filter((line) => line !== "").join("\n");
}

/** Lines between the rows only under the header; `widths` by column, where text is to be wrapped. */
function table(
  head: string[],
  colAligns: ("left" | "right")[],
  rows: string[][],
  widths: Record<number, number> = {},
): string {
  const lines = new Table({
    head: head.map(bold),
    colAligns,
    colWidths: head.map((_, column) => widths[column] ?? null),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  lines.push(...rows);
  return lines.toString();
}

/** Bold on a terminal that has it, plain elsewhere. */
function bold(text: string): string {
  return styleText("bold", text);
}

function shown(most: number, of: number, noun: string, which: "first" | "latest"): string {
  return of > most ? `The ${which} ${most} of ${whole(of)} ${noun}` : `All ${whole(of)} ${noun}`;
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}

/** With thousands separators and this many digits after the point; an em dash for what is not known. */
function decimal(value: number | null, least: number, most: number): string {
  if (value === null) return "—";
  return value.toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
}
