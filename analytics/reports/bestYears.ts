import type { DataFrame } from "danfojs-node";
import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import { records, where } from "../frames";
import type { BestYear } from "../report";

/**
 * Every series' best year; years that tie are told, and the earliest one wins.
 *
 * @param leaders columns of {@link import("../bls/leaders").Leaders}, sorted by series id and year.
 */
export function bestYears(leaders: DataFrame, catalog: SeriesCatalog): BestYear[] {
  const place = leaders.column("place");
  const best = where(leaders, place.eq(0));
  const others = where(leaders, place.gt(0));
  best.addColumn("value", best.column("thousandths").map(toDecimal), { inplace: true });

  const tied = Map.groupBy(records<Tie>(others, ["seriesId", "year"]), ({ seriesId }) => seriesId);
  const columns = ["seriesId", "basis", "year", "value", "quarters"] as const;
  return records<Pick<BestYear, (typeof columns)[number]>>(best, columns).map((row) => ({
    ...row,
    ...describeSeries(catalog, row.seriesId),
    tiedYears: (tied.get(row.seriesId) ?? []).map(({ year }) => year),
  }));
}

type Tie = Pick<BestYear, "seriesId" | "year">;
