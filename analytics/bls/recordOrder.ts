import type { SeriesYears } from "./seriesYears";

/** Records sorted by their series' ids (by code unit), then year; linear where they come by year already. */
export function sortRecords(values: SeriesYears, records: Int32Array): Int32Array {
  const ends = endsOfSeries(values, records);
  const starts = ends.slice();
  const sorted = new Int32Array(records.length);
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at] as number;
    const place = (starts[values.seriesOf(record)] as number) - 1;
    starts[values.seriesOf(record)] = place;
    sorted[place] = record;
  }
  for (let series = 0; series < ends.length; series++) {
    sortByYear(values, sorted, starts[series] as number, ends[series] as number);
  }
  return sorted;
}

/** By series: where its records end when `records` are sorted. */
function endsOfSeries(values: SeriesYears, records: Int32Array): Int32Array {
  const ends = new Int32Array(values.seriesIds.length);
  for (let at = 0; at < records.length; at++) {
    const series = values.seriesOf(records[at] as number);
    ends[series] = (ends[series] as number) + 1;
  }
  let end = 0;
  for (const series of values.sortedSeries()) {
    end += ends[series] as number;
    ends[series] = end;
  }
  return ends;
}

/** Indexes of series ids, sorted by id (by code unit). */
export function sortSeries(ids: readonly string[]): Int32Array {
  return Int32Array.from(ids.keys()).sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
}

/** Sorts `records[from…to)`, of one series, unless they are sorted. */
function sortByYear(values: SeriesYears, records: Int32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    if (values.yearOf(records[at - 1] as number) < values.yearOf(records[at] as number)) continue;
    records.subarray(from, to).sort((a, b) => values.yearOf(a) - values.yearOf(b));
    return;
  }
}
