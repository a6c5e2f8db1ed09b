import fc from "fast-check";
import type { BestYear, Report } from "../../../analytics/report";

/** Any text, often with characters that are special in CSV, JSON or spreadsheets. */
export const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."\",\n\r\t =+-@＝＋－＠;'\\ab1é😀") }),
  fc.string({ unit: "binary" }),
);
const words = fc.option(text);

export const bestYear: fc.Arbitrary<BestYear> = fc.record({
  seriesId: text,
  title: text,
  unit: words,
  sector: words,
  measure: words,
  basis: fc.constantFrom("quarterly" as const, "annual" as const),
  year: fc.integer({ min: 1, max: 9999 }),
  value: fc.maxSafeInteger().map((thousandths) => thousandths / 1000),
  quarters: fc.integer({ min: 0, max: 4 }),
  tiedYears: fc.array(fc.integer({ min: 1, max: 9999 })),
});

/** A few best years, or enough for several blocks. */
export const bestYears = fc.oneof(
  fc.array(bestYear),
  fc
    .tuple(bestYear, fc.integer({ min: 200, max: 1100 }))
    .map(([best, count]) =>
      Array.from({ length: count }, (_, at) => ({ ...best, seriesId: `${best.seriesId}${at}` })),
    ),
);

const NOTHING = { population: null, populationSummary: null };

export function reportOf(bestYears: BestYear[], title = ""): Report {
  const seriesPopulation = { seriesId: "A", title, unit: null, period: "Q01", rows: [] };
  return { ...NOTHING, bestYears, seriesPopulation } as unknown as Report;
}
