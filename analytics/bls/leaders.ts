import { sortRecords } from "./recordOrder";
import type { SeriesYears } from "./seriesYears";

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
export function findLeaders(values: SeriesYears): Leaders {
  const { quarterly, records } = findLeadingRecords(values);
  const leaders: Leaders = { seriesId: [], basis: [], year: [], thousandths: [], quarters: [], place: [] };
  let before = -1;
  for (const record of sortRecords(values, records)) {
    const series = values.seriesOf(record);
    leaders.seriesId.push(values.seriesIds[series] as string);
    leaders.basis.push(quarterly[series] === 1 ? "quarterly" : "annual");
    leaders.year.push(values.yearOf(record));
    leaders.thousandths.push(compared(values, record));
    leaders.quarters.push(values.quartersOf(record));
    leaders.place.push(series === before ? (leaders.place.at(-1) as number) + 1 : 0);
    before = series;
  }
  return leaders;
}

/** The records of all leading years, in no order; and by series, whether it has any quarter. */
function findLeadingRecords(values: SeriesYears): { quarterly: Uint8Array; records: number[] } {
  const quarterly = new Uint8Array(values.seriesIds.length);
  const best = new Float64Array(values.seriesIds.length).fill(Number.NEGATIVE_INFINITY);
  const bestRecord = new Int32Array(values.seriesIds.length);
  /** Records that equalled the best one when they were met. */
  const equal: number[] = [];
  for (let record = 0; record < values.records; record++) {
    const series = values.seriesOf(record);
    const hasQuarters = values.hasQuarters(record);
    // A year without quarters counts until there is one with quarters, which counts more than all of those.
    if (!hasQuarters && quarterly[series] === 1) continue;
    const isFirst = hasQuarters && quarterly[series] === 0;
    const value = compared(values, record);
    if (isFirst || value > (best[series] as number)) {
      best[series] = value;
      bestRecord[series] = record;
    } else if (value === best[series]) equal.push(record);
    if (isFirst) quarterly[series] = 1;
  }
  const tied = equal.filter((record) => {
    const series = values.seriesOf(record);
    const counts = quarterly[series] === 0 || values.hasQuarters(record);
    return counts && compared(values, record) === best[series];
  });
  return { quarterly, records: [...bestRecord, ...tied] };
}

/** The sum of a year's quarters; of a year without any, `Q05`. */
function compared(values: SeriesYears, record: number): number {
  return values.hasQuarters(record) ? values.quarterSumOf(record) : values.annualOf(record);
}
