import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import type { BestYear } from "../report";
import { frame, records, where } from "./frames";
import type { LeadingYears } from "./leadingYears";

/**
 * Every series' best year: the earliest of its leading years, with the others as ties.
 *
 * {@link LeadingYears} has the years with the largest sum. danfo's `groupby` does not compute them: it takes 59 ms for 282
 * groups and 378 ms for 2,820, and adds binary floats.
 */
export function bestYears({ thousandths, ...columns }: LeadingYears, catalog: SeriesCatalog): BestYear[] {
  const leading = frame({ ...columns, value: thousandths.map(toDecimal) });
  const tieOrder = leading.column("tieOrder");
  const best = where(leading, tieOrder.eq(0));
  const later = where(leading, tieOrder.gt(0));

  const tied = Map.groupBy(records<Row>(later, ["seriesId", "year"]), ({ seriesId }) => seriesId);
  return records<Row>(best, ["seriesId", "basis", "year", "value", "quarters"]).map(
    ({ seriesId, basis, year, value, quarters }) => {
      const { title, unit, sector, measure } = describeSeries(catalog, seriesId);
      const tiedYears = (tied.get(seriesId) ?? []).map((other) => other.year);
      return { seriesId, title, unit, sector, measure, basis, year, value, quarters, tiedYears };
    },
  );
}

type Row = Pick<BestYear, "seriesId" | "basis" | "year" | "value" | "quarters">;
