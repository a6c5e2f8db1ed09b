import type { Leaders } from "../bls/leaders";
import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import { frame, where } from "../frames";
import type { BestYear } from "../report";

/**
 * Every series' best year; years that tie are told, and the earliest one wins.
 *
 * A DataFrame picks the rows. It holds numbers alone, few of them, because danfo copies each row at each step; the rest
 * is looked up in the columns by the rows that it picked.
 */
export function bestYears(leaders: Leaders, catalog: SeriesCatalog): BestYear[] {
  const { seriesId, basis, year, quarters, thousandths } = leaders;
  const all = frame({
    row: Array.from(seriesId.keys()),
    place: leaders.place,
    value: thousandths.map(toDecimal),
  });
  const place = all.column("place");
  const best = where(all, place.eq(0)).values as Picked[];
  const isLater = place.gt(0).values as boolean[]; // Few or none: not worth a frame of their own.
  const others = (all.values as Picked[]).filter((_, row) => isLater[row]);
  const tied = Map.groupBy(others, (picked) => seriesId[picked[0]]);
  return best.map((picked) => {
    const row = picked[0];
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
      value: picked[2],
      quarters: quarters[row] as number,
      tiedYears: (tied.get(id) ?? []).map((other) => year[other[0]] as number),
    };
  });
}

/** A row of the frame; read by place, because taking arrays apart by pattern is slow. */
type Picked = [row: number, place: number, value: number];
