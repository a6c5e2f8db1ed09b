import { sortRecords } from "./recordOrder";
import { type Block, hasQuarters, rankedValue, type SeriesYears } from "./seriesYears";

/**
 * The years that lead their series, in columns: one row a series and leading year, sorted by both, so that a series
 * has more than one row only when years tie.
 */
export interface Leaders {
  seriesId: string[];
  /** `quarterly` when the series has any quarter: years are compared by the sum of their quarters, else by `Q05`. */
  basis: ("quarterly" | "annual")[];
  year: number[];
  thousandths: number[];
  /** Quarters in the sum; 0 for an annual basis. */
  quarters: number[];
  /** 0 for the earliest of a series' leading years, then 1, 2, … */
  place: number[];
}

/** Finds every series' leading years; exact and linear, which DataFrames of series-years would not be. */
export function findLeaders(values: SeriesYears): Leaders & {
  /** By series of `values`: 1 when it has any quarter. */
  quarterly: Uint8Array;
} {
  const { quarterly, records } = findLeadingRecords(values);
  const leaders: Leaders = { seriesId: [], basis: [], year: [], thousandths: [], quarters: [], place: [] };
  let before = -1;
  for (const record of sortRecords(values, records)) {
    const series = values.seriesOf(record);
    leaders.seriesId.push(values.seriesIds[series] as string);
    leaders.basis.push(quarterly[series] === 1 ? "quarterly" : "annual");
    leaders.year.push(values.yearOf(record));
    leaders.thousandths.push(values.rankedValueOf(record));
    leaders.quarters.push(values.quartersOf(record));
    leaders.place.push(series === before ? (leaders.place.at(-1) as number) + 1 : 0);
    before = series;
  }
  return { ...leaders, quarterly };
}

/** The records of all leading years, in no order; and by series, whether it has any quarter. */
function findLeadingRecords(values: SeriesYears): { quarterly: Uint8Array; records: Int32Array } {
  const leading = new LeadingRecords(values.seriesIds.length);
  let first = 0;
  for (const block of values.blocks) {
    leading.consider(block, first);
    first += block.series.length;
  }
  const { quarterly, best, record, equal } = leading;
  const tied = equal.filter((record) => {
    const series = values.seriesOf(record);
    const counts = quarterly[series] === 0 || values.hasQuarters(record);
    return counts && values.rankedValueOf(record) === best[series];
  });
  const records = new Int32Array(record.length + tied.length);
  records.set(record);
  records.set(tied, record.length);
  return { quarterly, records };
}

/** The best record of each series so far, by series. */
class LeadingRecords {
  /** 1 when the series has any quarter. */
  readonly quarterly: Uint8Array;
  readonly best: Float64Array;
  readonly record: Int32Array;
  /** Records that equalled the best one when they were met. */
  readonly equal: number[] = [];

  constructor(series: number) {
    this.quarterly = new Uint8Array(series);
    this.best = new Float64Array(series).fill(Number.NEGATIVE_INFINITY);
    this.record = new Int32Array(series);
  }

  /** Goes through a block's records, of which `first` is the first; block by block, so that it is compiled early on. */
  consider(block: Readonly<Block>, first: number): void {
    const { quarterly, best, record, equal } = this;
    for (let at = 0; at < block.series.length; at++) {
      if (block.present[at] === 0) continue;
      const series = block.series[at] as number;
      const isQuarterly = hasQuarters(block, at);
      // A year without quarters counts until there is one with quarters, which counts more than all of those.
      if (!isQuarterly && quarterly[series] === 1) continue;
      const isFirst = isQuarterly && quarterly[series] === 0;
      const ranked = rankedValue(block, at);
      if (isFirst || ranked > (best[series] as number)) {
        best[series] = ranked;
        record[series] = first + at;
      } else if (ranked === best[series]) equal.push(first + at);
      if (isFirst) quarterly[series] = 1;
    }
  }
}
