import type { Records } from "./recordIndex";

/** Records that can be sorted by series id. */
export interface SortableRecords extends Records {
  readonly seriesIds: readonly string[];
  /** Indexes of all series, sorted by id. */
  sortedSeries(): Readonly<Int32Array>;
}

/**
 * Sorts records by series id (by code unit), then year, into a new array. Takes linear time if each series' records
 * are already in order of year.
 */
export function sortRecords(source: SortableRecords, records: Int32Array): Int32Array {
  const ends = endsOfSeries(source, records);
  const starts = ends.slice();
  const sorted = new Int32Array(records.length);
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at] as number;
    const position = (starts[source.seriesOf(record)] as number) - 1;
    starts[source.seriesOf(record)] = position;
    sorted[position] = record;
  }
  for (let series = 0; series < ends.length; series++) {
    sortByYear(source, sorted, starts[series] as number, ends[series] as number);
  }
  return sorted;
}

/** For each series, where its records end once `records` is sorted. */
function endsOfSeries(source: SortableRecords, records: Int32Array): Int32Array {
  const ends = new Int32Array(source.seriesIds.length);
  for (let at = 0; at < records.length; at++) {
    const series = source.seriesOf(records[at] as number);
    ends[series] = (ends[series] as number) + 1;
  }
  let end = 0;
  for (const series of source.sortedSeries()) {
    end += ends[series] as number;
    ends[series] = end;
  }
  return ends;
}

/** Indexes of series ids, sorted by id (by code unit). */
export function sortSeries(ids: readonly string[]): Int32Array {
  return Int32Array.from(ids.keys()).sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
}

/** Sorts `records[from…to)`, all of one series, unless they are already sorted. */
function sortByYear(source: Records, records: Int32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    if (source.yearOf(records[at - 1] as number) < source.yearOf(records[at] as number)) continue;
    records.subarray(from, to).sort((a, b) => source.yearOf(a) - source.yearOf(b));
    return;
  }
}
