import type { Leaders } from "../bls/leaders";
import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import { frame, numbers, where } from "../frames";
import type { BestYear } from "../report";

/**
 * Every series' best year; years that tie are told, and the earliest one wins.
 *
 * A DataFrame picks the rows. It holds numbers alone, few of them, because danfo copies each row at each step; the rest
 * is looked up in the columns by the rows that it picked.
 */
export function bestYears(leaders: Leaders, catalog: SeriesCatalog): BestYear[] {
  const { seriesId, basis, year, quarters, thousandths, place } = leaders;
  const all = frame({ row: Array.from(place.keys()), place, thousandths });
  const best = where(all, all.column("place").eq(0));
  const tied = Map.groupBy(
    numbers(where(all, all.column("place").gt(0)), "row"),
    (row) => seriesId[row] as string,
  );
  const values = best.column("thousandths").map(toDecimal).values as number[];
  return numbers(best, "row").map((row, at) => {
    const id = seriesId[row] as string;
    const { title, unit, sector, measure } = describeSeries(catalog, id);
    return {
      seriesId: id,
      title,
      unit,
      sector,
      measure,
      basis: basis[row] as BestYear["basis"],
      year: year[row] as number,
      value: values[at] as number,
      quarters: quarters[row] as number,
      tiedYears: (tied.get(id) ?? []).map((other) => year[other] as number),
    };
  });
}
