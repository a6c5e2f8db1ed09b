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
  const quarterly = new Uint8Array(values.seriesIds.length);
  const best = new Float64Array(values.seriesIds.length).fill(Number.NEGATIVE_INFINITY);
  const years: number[][] = Array.from(values.seriesIds, () => []);
  for (let record = 0; record < values.records; record++) {
    if (values.quartersOf(record) > 0) quarterly[values.seriesOf(record)] = 1;
  }
  const ofYear = (record: number): number => {
    if (quarterly[values.seriesOf(record)] === 0) return values.annualOf(record);
    return values.quartersOf(record) > 0 ? values.quarterSumOf(record) : Number.NEGATIVE_INFINITY;
  };
  for (let record = 0; record < values.records; record++) {
    const series = values.seriesOf(record);
    const value = ofYear(record);
    if (value > (best[series] as number)) {
      best[series] = value;
      years[series] = [];
    }
    if (value === best[series]) years[series]?.push(values.yearOf(record));
  }

  const leaders: Leaders = { seriesId: [], basis: [], year: [], thousandths: [], quarters: [], place: [] };
  for (const series of values.sortedSeries()) {
    const tied = (years[series] ?? []).sort((a, b) => a - b);
    for (const [place, year] of tied.entries()) {
      leaders.seriesId.push(values.seriesIds[series] as string);
      leaders.basis.push(quarterly[series] === 1 ? "quarterly" : "annual");
      leaders.year.push(year);
      leaders.thousandths.push(best[series] as number);
      leaders.quarters.push(values.quartersOf(values.find(series, year)));
      leaders.place.push(place);
    }
  }
  return leaders;
}
