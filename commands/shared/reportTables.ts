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
import { formatInteger, formatList, pluralize } from "../../analytics/words";

const BEST_YEARS_SHOWN = 10;
const YEARS_SHOWN = 12;
const MOST_REVISED_SHOWN = 5;
/** Width of the other columns of the table of best years. */
const OTHER_COLUMNS = 36;

/** How a report is rendered. */
interface RenderOptions {
  /** Width of the terminal; by default that of standard output, or 160. */
  columns?: number;
  /** The text's name for each file, by its name in the report object; by default that name. */
  fileNames?: ReadonlyMap<string, string>;
}

/** The report as text and tables. Long tables are cut to some of their rows. */
export function renderReport(report: Report, options: RenderOptions = {}): string {
  const { columns = process.stdout.columns ?? 160, fileNames = new Map() } = options;
  const { populationSummary, bestYears, seriesPopulation, quality, changes, missingInputs } = report;
  const qualityText = qualitySection(report.settings.dataFile, quality, fileNames);
  const warns = quality.rules.some(({ severity, count }) => severity === "warning" && count);
  return [
    // Warnings come first for readers who see only the first lines.
    warns && qualityText,
    populationSummary && populationSection(populationSummary, provenanceOf(report.inputs)),
    bestYearsSection(bestYears, columns),
    seriesSection(seriesPopulation),
    changes && changesSection(changes),
    !warns && qualityText,
    missingInputs.length > 0 && missingLine(missingInputs),
  ]
    .filter((part) => part !== null && part !== false)
    .join("\n\n");
}

function populationSection(summary: PopulationSummary, provenance: Provenance | null): string {
  const { from, to, years, missingYears, mean, sampleStandardDeviation, populationStandardDeviation } =
    summary;
  const missing = missingYears.length === 0 ? "" : `, none for ${missingYears.join(", ")}`;
  const dataset = provenance?.dataset ? ` From: ${provenance.dataset}.` : "";
  return section(
    `Population of the United States, ${from}–${to}`,
    `In persons, over ${pluralize(years.length, "year")} with a figure${missing}.${dataset}`,
    table(
      ["Mean", "Std. deviation (sample)", "Std. deviation (population)"],
      ["right", "right", "right"],
      [
        [mean, sampleStandardDeviation, populationStandardDeviation].map((value) =>
          formatDecimal(value, 1, 1),
        ),
      ],
    ),
  );
}

function bestYearsSection(best: Report["bestYears"], columns: number): string {
  const annual = best.filter(({ basis }) => basis === "annual").length;
  const tied = best.filter(({ tiedYears }) => tiedYears.length > 0).length;
  const rows = best.slice(0, BEST_YEARS_SHOWN);
  const words = rows.map(({ title, unit }) => (unit === null ? title : `${title} (${unit})`));
  const longest = Math.max(0, ...words.map((text) => text.length + 2));
  return section(
    "Best year of each series",
    "The year with the largest sum of quarters.",
    annual > 0 ? `For ${formatInteger(annual)} series without quarters: the largest annual average.` : "",
    `${describeShown(BEST_YEARS_SHOWN, best.length, "series", "first")}.` +
      (tied > 0 ? ` In ${formatInteger(tied)}, years tie, and the earliest one counts.` : ""),
    table(
      ["Series", "Year", "Value", "What it measures"],
      ["left", "right", "right", "left"],
      rows.map(({ seriesId, year, value }, at) => [
        seriesId,
        String(year),
        formatDecimal(value, 1, 3),
        words[at] ?? "",
      ]),
      { 3: Math.max(30, Math.min(longest, columns - OTHER_COLUMNS)) },
    ),
  );
}

function seriesSection({ seriesId, title, unit, period, rows }: SeriesPopulation): string {
  const heading = `${seriesId} in ${period}, beside the population`;
  const what = title === seriesId ? "" : `${title}${unit === null ? "" : ` (${unit})`}.`;
  if (rows.length === 0) return section(heading, what, `It has no value for ${period}.`);
  return section(
    heading,
    what,
    `${describeShown(YEARS_SHOWN, rows.length, "years", "latest")}.`,
    table(
      ["Year", "Value", "Population"],
      ["right", "right", "right"],
      rows
        .slice(-YEARS_SHOWN)
        .map(({ year, value, population }) => [
          String(year),
          formatDecimal(value, 1, 3),
          formatDecimal(population, 0, 0),
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
      `Largest revision: ${seriesId} ${year} ${period}, ${formatDecimal(from, 1, 3)} → ${formatDecimal(to, 1, 3)}.`,
    );
  }
  if (revisionsBySeries.length > 0) {
    const most = revisionsBySeries
      .slice(0, MOST_REVISED_SHOWN)
      .map(({ seriesId, values }) => `${seriesId} (${formatInteger(values)})`);
    lines.push(`Most revised: ${most.join(", ")}.`);
  }
  for (const { seriesId, from, to } of bestYearsMoved.slice(0, BEST_YEARS_SHOWN)) {
    lines.push(`Best year of ${seriesId}: ${from} → ${to}.`);
  }
  const more = bestYearsMoved.length - BEST_YEARS_SHOWN;
  if (more > 0) lines.push(`Best years of ${formatInteger(more)} more series moved.`);
  for (const { year, from, to } of changes.population?.yearsRevised ?? []) {
    lines.push(`Population of ${year}: ${formatInteger(from)} → ${formatInteger(to)}.`);
  }
  return section("What changed", `Since the report of ${previousGeneratedAt}: ${changes.summary}`, ...lines);
}

function qualitySection(
  dataFile: string,
  { rowsRead, rowsKept, rules }: Quality,
  fileNames: ReadonlyMap<string, string>,
): string {
  const nameOf = (file: string) => fileNames.get(file) ?? file;
  const refused = rowsRead - rowsKept;
  const kept = refused === 0 ? "all of them kept" : `${formatInteger(refused)} of them refused`;
  const broken = rules.flatMap(({ rule, severity, count, examples: [first] }) => {
    if (count === null || count === 0 || first === undefined) return [];
    const where = first.line === null ? nameOf(first.file) : `${nameOf(first.file)}, line ${first.line},`;
    return [
      `${severity} ${rule}: ${formatInteger(count)}. ${count === 1 ? "" : "First: "}${where} ${first.reason}.`,
    ];
  });
  return section("Quality", `${nameOf(dataFile)}: ${formatInteger(rowsRead)} rows, ${kept}.`, ...broken);
}

function missingLine(names: readonly string[]): string {
  const missing = names.map((name) =>
    name.endsWith(".series")
      ? `${name} (so series are shown by id, without units)`
      : `${name} (so there is no population)`,
  );
  return `${bold("Missing")}  ${formatList(missing)}.`;
}

function section(heading: string, ...body: string[]): string {
  return [bold(heading), ...body].filter((line) => line !== "").join("\n");
}

/** A table with a line only under the header. `widths` are those of the columns whose text is wrapped. */
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

/** Bold on a terminal, plain elsewhere. */
function bold(text: string): string {
  return styleText("bold", text);
}

function describeShown(most: number, of: number, noun: string, which: "first" | "latest"): string {
  return of > most
    ? `The ${which} ${most} of ${formatInteger(of)} ${noun}`
    : `All ${formatInteger(of)} ${noun}`;
}

/** With thousands separators and `least` to `most` decimals; an em dash if the value is unknown. */
function formatDecimal(value: number | null, least: number, most: number): string {
  if (value === null) return "—";
  return value.toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
}
