import type { BestYear, Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import { chart } from "../charts/chart";
import { barsMark } from "../charts/marks";
import { element } from "../dom";
import { formatCompact, formatValue } from "../format";
import { untilReleased } from "../pressState";
import { replaceContent } from "../redraw";
import { isSurveyInput, sourceNote } from "../sourceNote";
import { type Column, csvButton, dataTable } from "../tables";
import type { YearlySum, YearlySums } from "./yearlySums";

const CSV_COLUMNS: readonly Column<YearlySum & { seriesId: string }>[] = [
  { name: "Series id", value: ({ seriesId }) => seriesId },
  { name: "Year", value: ({ year }) => year },
  { name: "Value", value: ({ value }) => value },
  { name: "Quarters", value: ({ quarters }) => quarters },
];

/** The detail of an open series: its yearly sums as a chart and as a table, and where they come from. */
export class SeriesDetail {
  readonly element = element(
    "div",
    { class: "detail", "aria-busy": true },
    element("p", {}, "Loading the yearly sums …"),
  );
  #shows = 0;

  /** Reads and shows the series' sums. Until they are read, the previous content stays. */
  async show(report: Report, best: BestYear, sums: YearlySums): Promise<void> {
    this.#shows += 1;
    const show = this.#shows;
    this.element.setAttribute("aria-busy", "true");
    const content = await contentOf(report, best, sums);
    await untilReleased();
    // A newer report may have arrived while these sums were read.
    if (show !== this.#shows) return;
    replaceContent(this.element, content);
    this.element.removeAttribute("aria-busy");
  }
}

/** The detail, or the error if the sums cannot be read. */
async function contentOf(report: Report, best: BestYear, sums: YearlySums): Promise<HTMLElement[]> {
  try {
    return detailElements(report, best, await sums.ofSeries(best.seriesId));
  } catch (error) {
    return [element("p", { class: "problem" }, (error as Error).message)];
  }
}

function detailElements(report: Report, best: BestYear, sums: readonly YearlySum[]): HTMLElement[] {
  const rows = sums.map((sum) => ({ seriesId: best.seriesId, ...sum }));
  return [
    element("p", {}, describeBest(best)),
    sumsChart(best, sums),
    element(
      "details",
      {},
      element("summary", {}, "All years"),
      dataTable({
        caption: `Yearly sums of ${best.seriesId}`,
        columns: [
          { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
          {
            name: "Value",
            value: ({ value }) => value,
            show: ({ value }) => formatValue(value),
            numeric: true,
          },
          { name: "Quarters", value: ({ quarters }) => quarters, numeric: true },
        ],
        rows: rows.toReversed(),
      }),
    ),
    element(
      "p",
      { class: "files" },
      csvButton(`${best.seriesId}.csv`, CSV_COLUMNS, () => rows, "Save this series (CSV)"),
      element("a", { href: `#${encodeURIComponent(best.seriesId)}` }, "Link to this series"),
    ),
    sourceNote(
      report,
      best.basis === "quarterly"
        ? `The exact sums of Q01 to Q04 of ${best.seriesId} in ${report.settings.dataFile}. The largest wins; of tied years, ` +
            "the earliest. Q05 is the annual average and is never summed."
        : `The Q05 values (annual averages) of ${best.seriesId} in ${report.settings.dataFile}; the series has no quarters. ` +
            "The largest wins; of tied years, the earliest.",
      isSurveyInput,
    ),
  ];
}

function describeBest({ year, value, unit, basis, quarters, tiedYears }: BestYear): string {
  const kind = basis === "annual" ? "annual average" : `sum of ${pluralize(quarters, "quarter")}`;
  const ties = tiedYears.length === 0 ? "" : ` Tied with ${tiedYears.join(" and ")}.`;
  return `Best year ${year}: ${formatValue(value)}, the ${kind}${unit === null ? "" : ` (${unit})`}.${ties}`;
}

function sumsChart(
  { seriesId, year: bestYear, basis, tiedYears }: BestYear,
  sums: readonly YearlySum[],
): HTMLElement {
  const byYear = new Map(sums.map((sum) => [sum.year, sum]));
  return chart({
    label: `Bar chart of the yearly sums of ${seriesId}; the best year, ${bestYear}, is marked.`,
    values: sums,
    marks: [barsMark(new Set([bestYear, ...tiedYears]))],
    fromZero: true,
    axisFormat: formatCompact,
    describe(year) {
      if (year === null)
        return basis === "annual" ? "Annual averages; the best is marked" : "Yearly sums; the best is marked";
      const found = byYear.get(year);
      if (found === undefined) return `${year}: no value`;
      const partial =
        basis === "annual" || found.quarters === 4 ? "" : `, sum of ${pluralize(found.quarters, "quarter")}`;
      return `${year}: ${formatValue(found.value)}${partial}${year === bestYear ? ", the best year" : ""}`;
    },
  });
}
