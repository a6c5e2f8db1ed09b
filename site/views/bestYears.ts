import type { Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import type { BestYearsTable } from "../bestYears/table";
import { chart } from "../charts/chart";
import { barsMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { formatCompact } from "../format";
import { isSurveyInput, sourceNote } from "../sourceNote";

/**
 * The best year of every series: a chart that counts them by year, and the table.
 *
 * @param table already shows this report.
 */
export function bestYearsView(report: Report, table: BestYearsTable): Child[] {
  const annual = report.bestYears.filter(({ basis }) => basis === "annual").length;
  return [
    element(
      "p",
      {},
      "For each series, the year with the largest sum of its quarters" +
        `${annual === 0 ? "" : `, or with the largest annual average for the ${pluralize(annual, "series", "series")} without quarters`}. ` +
        "Open a row to see every year of its series.",
    ),
    countsChart(report, table),
    table.element,
    sourceNote(
      report,
      `For every series in ${report.settings.dataFile}: the exact sum of Q01 to Q04 of each year, or Q05 if the series has no ` +
        "quarters. The largest wins; of tied years, the earliest.",
      isSurveyInput,
    ),
  ];
}

/** How many series have their best year in each year; choosing a year filters the table. */
function countsChart({ bestYears }: Report, table: BestYearsTable): HTMLElement {
  const counts = new Map<number, number>();
  for (const { year } of bestYears) counts.set(year, (counts.get(year) ?? 0) + 1);
  const years = [...counts.keys()].sort((a, b) => a - b);
  return chart({
    label:
      "Bar chart: the number of series that have their best year in each year. Press Enter to list a year’s series.",
    values: years.map((year) => ({ year, value: counts.get(year) ?? 0 })),
    marks: [barsMark()],
    fromZero: true,
    height: 160,
    axisFormat: formatCompact,
    describe: (year) =>
      year === null
        ? "Number of series by best year; choose a year to list its series"
        : `${year}: the best year of ${pluralize(counts.get(year) ?? 0, "series", "series")}`,
    onChoose: (year) => {
      const { selection } = table;
      table.select({ ...selection, year: selection.year === year ? null : year });
    },
  });
}
