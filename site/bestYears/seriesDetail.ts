import type { BestYear, Report } from "../../analytics/report";
import { chart } from "../charts/chart";
import { barsMark } from "../charts/marks";
import { element } from "../dom";
import { value as inDecimals, pluralize, short } from "../format";
import { replaceContent } from "../keep";
import { untilReleased } from "../press";
import { isSurvey, sourceNote } from "../sourceNote";
import { type Column, csvButton, dataTable } from "../tables";
import type { YearlySum, YearlySums } from "./yearlySums";

const COLUMNS: readonly Column<YearlySum & { seriesId: string }>[] = [
  { name: "Series id", value: ({ seriesId }) => seriesId },
  { name: "Year", value: ({ year }) => year },
  { name: "Value", value: ({ value }) => value },
  { name: "Quarters", value: ({ quarters }) => quarters },
];

/** A series opened: its yearly sums as bars, the best one marked, and where they come from. */
export class SeriesDetail {
  readonly element = element(
    "div",
    { class: "detail", "aria-busy": true },
    element("p", {}, "Reading the yearly sums …"),
  );
  #shows = 0;

  /** Reads the series' sums and shows them; what was shown before stays until then. */
  async show(report: Report, best: BestYear, sums: YearlySums): Promise<void> {
    this.#shows += 1;
    const show = this.#shows;
    this.element.setAttribute("aria-busy", "true");
    const content = await contentOf(report, best, sums);
    await untilReleased();
    // Another report may have come while this one's sums were read.
    if (show !== this.#shows) return;
    replaceContent(this.element, content);
    this.element.removeAttribute("aria-busy");
  }
}

/** The detail; what went wrong if the sums cannot be read. */
async function contentOf(report: Report, best: BestYear, sums: YearlySums): Promise<HTMLElement[]> {
  try {
    return detail(report, best, await sums.of(best.seriesId));
  } catch (error) {
    return [element("p", { class: "problem" }, (error as Error).message)];
  }
}

function detail(report: Report, best: BestYear, sums: readonly YearlySum[]): HTMLElement[] {
  const rows = sums.map((sum) => ({ seriesId: best.seriesId, ...sum }));
  return [
    element("p", {}, inWords(best)),
    sumsChart(best, sums),
    element(
      "details",
      {},
      element("summary", {}, "Every year"),
      dataTable({
        caption: `Yearly sums of ${best.seriesId}`,
        columns: [
          { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
          {
            name: "Value",
            value: ({ value }) => value,
            show: ({ value }) => inDecimals(value),
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
      csvButton(`${best.seriesId}.csv`, COLUMNS, () => rows, "Save this series (CSV)"),
      element("a", { href: `#${encodeURIComponent(best.seriesId)}` }, "Link to this series"),
    ),
    sourceNote(
      report,
      best.basis === "quarterly"
        ? `The exact sums of Q01 to Q04 of ${best.seriesId} in ${report.settings.dataFile}; the largest wins, and the ` +
            "earliest of equals. Q05 is the year’s average and never summed."
        : `The Q05 values (annual averages) of ${best.seriesId} in ${report.settings.dataFile}: the series has no quarters. ` +
            "The largest wins, and the earliest of equals.",
      isSurvey,
    ),
  ];
}

function inWords({ year, value, unit, basis, quarters, tiedYears }: BestYear): string {
  const what = basis === "annual" ? "annual average" : `sum of ${pluralize(quarters, "quarter")}`;
  const ties = tiedYears.length === 0 ? "" : ` ${tiedYears.join(" and ")} came to exactly the same.`;
  return `Best year ${year}: ${inDecimals(value)}, the ${what}${unit === null ? "" : ` (${unit})`}.${ties}`;
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
    axisFormat: short,
    describe(year) {
      if (year === null)
        return basis === "annual" ? "Annual averages, the best marked" : "Yearly sums, the best marked";
      const found = byYear.get(year);
      if (found === undefined) return `${year}: no value`;
      const of =
        basis === "annual" || found.quarters === 4 ? "" : `, of ${pluralize(found.quarters, "quarter")}`;
      return `${year}: ${inDecimals(found.value)}${of}${year === bestYear ? ", the best" : ""}`;
    },
  });
}
