import { type Block, hasQuarters, rankingValue } from "../bls/columns";
import { sortRecords } from "../bls/recordOrder";
import type { SeriesYears } from "../bls/seriesYears";

/**
 * The years that lead their series, in columns: one row for each series and leading year, sorted by both. A series has
 * several rows only if years tie.
 */
export interface LeadingYears {
  seriesId: string[];
  /** `quarterly` if the series has any quarter: years compare by the sum of their quarters. Otherwise by `Q05`. */
  basis: ("quarterly" | "annual")[];
  year: number[];
  thousandths: number[];
  /** Quarters in the sum; 0 for an annual basis. */
  quarters: number[];
  /** Position among the series' leading years: 0 for the earliest. */
  tieOrder: number[];
}

/** Finds every series' leading years exactly and in linear time. DataFrames of all series-years could do neither. */
export function findLeadingYears(values: SeriesYears): LeadingYears & {
  /** By series of `values`: 1 if it has any quarter. */
  quarterly: Uint8Array;
} {
  const { quarterly, records } = findLeadingRecords(values);
  const leading: LeadingYears = {
    seriesId: [],
    basis: [],
    year: [],
    thousandths: [],
    quarters: [],
    tieOrder: [],
  };
  let seriesBefore = -1;
  for (const record of sortRecords(values, records)) {
    const series = values.seriesOf(record);
    leading.seriesId.push(values.seriesIds[series] as string);
    leading.basis.push(quarterly[series] === 1 ? "quarterly" : "annual");
    leading.year.push(values.yearOf(record));
    leading.thousandths.push(values.rankingValue(record));
    leading.quarters.push(values.countQuarters(record));
    leading.tieOrder.push(series === seriesBefore ? (leading.tieOrder.at(-1) as number) + 1 : 0);
    seriesBefore = series;
  }
  return { ...leading, quarterly };
}

/** The records of all leading years, unsorted; and, for each series, whether it has any quarter. */
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
    return counts && values.rankingValue(record) === best[series];
  });
  const records = new Int32Array(record.length + tied.length);
  records.set(record);
  records.set(tied, record.length);
  return { quarterly, records };
}

/** The best records found so far, by series. */
class LeadingRecords {
  /** 1 if the series has any quarter. */
  readonly quarterly: Uint8Array;
  readonly best: Float64Array;
  readonly record: Int32Array;
  /** Records that equalled the best one at the time they were considered. */
  readonly equal: number[] = [];

  constructor(seriesCount: number) {
    this.quarterly = new Uint8Array(seriesCount);
    this.best = new Float64Array(seriesCount).fill(Number.NEGATIVE_INFINITY);
    this.record = new Int32Array(seriesCount);
  }

  /**
   * Considers all records of a block. One call per block lets V8 compile the loop early.
   *
   * @param first the block's first record.
   */
  consider(block: Readonly<Block>, first: number): void {
    const { quarterly, best, record, equal } = this;
    for (let at = 0; at < block.series.length; at++) {
      if (block.present[at] === 0) continue;
      const series = block.series[at] as number;
      const isQuarterly = hasQuarters(block, at);
      // A year without quarters counts only until the series has a year with quarters.
      if (!isQuarterly && quarterly[series] === 1) continue;
      const isFirst = isQuarterly && quarterly[series] === 0;
      const value = rankingValue(block, at);
      if (isFirst || value > (best[series] as number)) {
        best[series] = value;
        record[series] = first + at;
      } else if (value === best[series]) equal.push(first + at);
      if (isFirst) quarterly[series] = 1;
    }
  }
}
