import { expect } from "chai";
import fc from "fast-check";
import type { BestYear } from "../../../analytics/report";
import { SelectableSeries, type Selection, SORT_KEYS, selectAll } from "../../../site/bestYears/selection";

const best: fc.Arbitrary<BestYear> = fc.record({
  seriesId: fc.string({ minLength: 1, maxLength: 4 }),
  title: fc.constantFrom("Business: Hours", "Manufacturing: Hours", "manufacturing: OUTPUT", "<b>"),
  unit: fc.constantFrom(null, "Index", "% Change"),
  sector: fc.constantFrom(null, "Business", "Manufacturing"),
  measure: fc.constantFrom(null, "Hours", "Output"),
  basis: fc.constantFrom("quarterly", "annual"),
  year: fc.integer({ min: 1995, max: 1999 }),
  value: fc.integer({ min: -3, max: 3 }),
  quarters: fc.integer({ min: 0, max: 4 }),
  tiedYears: fc.constant([]),
});

const selection: fc.Arbitrary<Selection> = fc.record({
  search: fc.constantFrom("", "hours", "HOURS man", "index", "nothing like it", "  ", "<b>"),
  filters: fc.record({
    sector: fc.constantFrom("", "Manufacturing"),
    measure: fc.constantFrom("", "Hours"),
    unit: fc.constantFrom("", "Index"),
    basis: fc.constantFrom("", "annual"),
  }),
  year: fc.constantFrom(null, 1996),
  sort: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
});

describe("selecting best years", () => {
  it("selects the same rows as a plain filter, each once", () => {
    fc.assert(
      fc.property(fc.array(best, { maxLength: 12 }), selection, (rows, asked) => {
        const found = new SelectableSeries(rows).select(asked);
        const wanted = [...rows.keys()].filter((at) => isWanted(rows[at] as BestYear, asked));
        expect(found.toSorted((a, b) => a - b)).to.deep.equal(wanted);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("sorts by the given key, ascending or descending", () => {
    fc.assert(
      fc.property(fc.array(best, { maxLength: 12 }), fc.boolean(), (rows, descending) => {
        const series = new SelectableSeries(rows);
        const values = series
          .select({ ...selectAll(), sort: "value", descending })
          .map((at) => rows[at]?.value ?? Number.NaN);
        expect(values).to.deep.equal(values.toSorted((a, b) => (descending ? b - a : a - b)));
        const years = series.select({ ...selectAll(), sort: "year" }).map((at) => rows[at]?.year ?? 0);
        expect(years).to.deep.equal(years.toSorted((a, b) => a - b));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it("offers the distinct words, sorted, without an entry for series that have none", () => {
    const rows = fc.sample(best, { seed: 7, numRuns: 50 });
    expect(new SelectableSeries(rows).choices("sector")).to.deep.equal(["Business", "Manufacturing"]);
  });
});

/** A naive second implementation that works row by row. */
function isWanted(row: BestYear, { search, filters, year }: Selection): boolean {
  const text = [row.seriesId, row.title, row.unit ?? ""].join(" ").toLowerCase();
  for (const word of search.toLowerCase().split(" ")) if (!text.includes(word)) return false;
  if (year !== null && row.year !== year) return false;
  if (filters.sector && row.sector !== filters.sector) return false;
  if (filters.measure && row.measure !== filters.measure) return false;
  if (filters.unit && row.unit !== filters.unit) return false;
  return !filters.basis || row.basis === filters.basis;
}
