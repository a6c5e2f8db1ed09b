import type { Report } from "../../analytics/report";
import type { BestYearsTable } from "../bestYears/table";
import { chart } from "../charts/chart";
import { barsMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { pluralize, short } from "../format";
import { isSurvey, sourceNote } from "../sourceNote";

/**
 * The best year of every series: which years come most often, and the table.
 *
 * @param table shows the report already.
 */
export function bestYearsView(report: Report, table: BestYearsTable): Child[] {
  const annual = report.bestYears.filter(({ basis }) => basis === "annual").length;
  return [
    element(
      "p",
      {},
      "The year whose quarters sum to most" +
        `${annual === 0 ? "" : `, or, for the ${pluralize(annual, "series", "series")} without quarters, whose average is largest`}. ` +
        "A row opens its series.",
    ),
    frequencies(report, table),
    table.element,
    sourceNote(
      report,
      `Every series of ${report.settings.dataFile}: the exact sum of Q01 to Q04 of each year, or Q05 for a series without ` +
        "quarters; the largest wins, and the earliest of equals.",
      isSurvey,
    ),
  ];
}

/** How many series have their best year when; choosing a year filters the table. */
function frequencies({ bestYears }: Report, table: BestYearsTable): HTMLElement {
  const counts = new Map<number, number>();
  for (const { year } of bestYears) counts.set(year, (counts.get(year) ?? 0) + 1);
  const years = [...counts.keys()].sort((a, b) => a - b);
  return chart({
    label: `Bar chart of how many series have their best year in each year. The Enter key shows a year’s series.`,
    values: years.map((year) => ({ year, value: counts.get(year) ?? 0 })),
    marks: [barsMark()],
    fromZero: true,
    height: 160,
    axisFormat: short,
    describe: (year) =>
      year === null
        ? "Series by their best year; choose one to see them"
        : `${year}: the best year of ${pluralize(counts.get(year) ?? 0, "series", "series")}`,
    onChoose: (year) => {
      const { selection } = table;
      table.select({ ...selection, year: selection.year === year ? null : year });
    },
  });
}
