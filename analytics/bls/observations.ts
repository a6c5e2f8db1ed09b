import { PERIODS } from "./periods";
import type { SeriesYears } from "./seriesYears";

/** One series' values for one period, in columns, sorted by year. */
export interface Observations {
  year: number[];
  thousandths: number[];
}

/** Finds a series' values for a period; empty if it has no values, or if the file does not have the series. */
export function findObservations(values: SeriesYears, seriesId: string, period: string): Observations {
  const series = values.seriesIds.indexOf(seriesId);
  const slot = PERIODS.indexOf(period);
  const records: number[] = [];
  for (let record = 0; record < values.recordCount; record++) {
    if (values.seriesOf(record) === series && (values.presentOf(record) >> slot) & 1) records.push(record);
  }
  records.sort((a, b) => values.yearOf(a) - values.yearOf(b));
  return {
    year: records.map((record) => values.yearOf(record)),
    thousandths: records.map((record) => values.valueOf(record, slot)),
  };
}
