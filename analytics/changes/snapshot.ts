import { promisify } from "node:util";
import { gunzip, gzipSync } from "node:zlib";
import * as z from "zod";
import { LARGEST_THOUSANDTHS } from "../bls/fields";
import { MAX_YEAR, MIN_YEAR, PERIODS } from "../bls/periods";
import { SeriesYears } from "../bls/seriesYears";
import { SnapshotError } from "../errors";
import type { Population } from "../population";

const LF = 10;
/** gzip's fastest: a sixth of the default's time, for 5 % more bytes. */
const FAST = 1;

/** What an analysis read, for the next one to be compared with. */
export interface Snapshot {
  /** Name of the data file; values of another one are no revisions. */
  dataFile: string;
  values: SeriesYears;
  /** Null where the analysis had none. */
  population: Population | null;
}

/** Unpacked, a snapshot of fifty million values; what says that it is more is none. */
const MOST_BYTES = 512 * 1024 * 1024;

const SnapshotPopulation = z
  .object({ years: z.array(z.int().min(1).max(9999)), persons: z.array(z.int().positive()) })
  .refine(({ years, persons }) => years.length === persons.length && isAscending(years));

/** First line of an unpacked snapshot. */
const Header = z
  .object({
    format: z.literal(1),
    dataFile: z.string().regex(/^[\x20-\x7E]+$/),
    population: SnapshotPopulation.nullable(),
    seriesIds: z.array(z.string().regex(/^[0-9A-Za-z#_-]+$/)).refine(isAscending),
    /** Number of series-years of each series, in the same order. */
    years: z.array(z.int().positive()),
    /** Number of values of all series. */
    values: z.int().nonnegative(),
  })
  .refine(({ seriesIds, years }) => seriesIds.length === years.length);
type Header = z.infer<typeof Header>;

/**
 * Packs the values analysed, so that the next analysis can tell what changed. The same values give the same bytes,
 * whatever the order of their rows: gzip of a line of JSON, then the columns of the series-years, sorted by series id
 * and year: the years (16 bits each), the periods present (a bit each, in 8), and the values present in thousandths
 * (64-bit floats), all little-endian.
 */
export function writeSnapshot({ dataFile, values, population }: Snapshot): Uint8Array {
  const records = values.sortedRecords();
  const line = Buffer.from(`${JSON.stringify(headerOf(values, records, dataFile, population))}\n`);
  const unpacked = Buffer.alloc(line.length + records.length * 3 + values.valueCount * 8);
  line.copy(unpacked);
  const present = line.length + records.length * 2;
  let thousandths = present + records.length;
  for (let at = 0; at < records.length; at++) {
    const record = records[at] as number;
    unpacked.writeInt16LE(values.yearOf(record), line.length + at * 2);
    unpacked[present + at] = values.presentOf(record);
    for (const slot of slotsIn(values.presentOf(record))) {
      unpacked.writeDoubleLE(values.valueOf(record, slot), thousandths);
      thousandths += 8;
    }
  }
  // Nothing else is to be done meanwhile, and to start a thread for it takes four times as long as the packing itself.
  const packed = gzipSync(unpacked, { level: FAST });
  packed[9] = 255; // The operating system that packed it, by RFC 1952: unknown, so that all write the same bytes.
  return packed;
}

function headerOf(
  values: SeriesYears,
  records: Int32Array,
  dataFile: string,
  population: Population | null,
): Header {
  const years = new Int32Array(values.seriesIds.length);
  for (const record of records) {
    const series = values.seriesOf(record);
    years[series] = (years[series] as number) + 1;
  }
  const series = values.sortedSeries();
  return {
    format: 1,
    dataFile,
    population: population && { years: population.years, persons: population.persons },
    seriesIds: Array.from(series, (index) => values.seriesIds[index] as string),
    years: Array.from(series, (index) => years[index] as number),
    values: values.valueCount,
  };
}

/** @throws SnapshotError when these are not the bytes of a snapshot that this version of the code can read. */
export async function readSnapshot(snapshot: Uint8Array): Promise<Snapshot> {
  try {
    return unpack(await promisify(gunzip)(snapshot, { maxOutputLength: MOST_BYTES }));
  } catch (cause) {
    throw new SnapshotError("The snapshot of the previous analysis cannot be read.", { cause });
  }
}

function unpack(bytes: Buffer): Snapshot {
  const start = bytes.indexOf(LF) + 1;
  const header = Header.parse(JSON.parse(bytes.toString("utf8", 0, start)));
  const records = header.years.reduce((sum, years) => sum + years, 0);
  const present = start + records * 2;
  const thousandths = present + records;
  if (bytes.length !== thousandths + header.values * 8)
    throw new RangeError("The columns are not as long as they say.");

  const values = new SeriesYears();
  let at = 0;
  let read = 0;
  for (const [place, id] of header.seriesIds.entries()) {
    const ascii = Buffer.from(id, "latin1");
    const series = values.series(ascii, 0, ascii.length);
    let yearBefore = MIN_YEAR - 1;
    for (const last = at + (header.years[place] ?? 0); at < last; at++) {
      const year = bytes.readInt16LE(start + at * 2);
      const slots = slotsIn(bytes[present + at] as number);
      if (year <= yearBefore || year > MAX_YEAR || slots.length === 0)
        throw new RangeError(`Series-year ${at} is none.`);
      yearBefore = year;
      const record = values.record(series, year);
      for (const slot of slots) values.put(record, slot, readValue(bytes, thousandths + read++ * 8));
    }
  }
  if (read !== header.values) throw new RangeError("There are not as many values as it says.");
  return { dataFile: header.dataFile, values, population: header.population };
}

/** @throws RangeError for what no data file's value can be. */
function readValue(bytes: Buffer, at: number): number {
  const value = bytes.readDoubleLE(at);
  if (!Number.isInteger(value) || Math.abs(value) > LARGEST_THOUSANDTHS || Object.is(value, -0))
    throw new RangeError(`${value} thousandths are no value.`);
  return value;
}

function isAscending(list: readonly (number | string)[]): boolean {
  return list.every((item, at) => at === 0 || item > (list[at - 1] as number | string));
}

/** The periods that are present, by the bits of each possible mask. */
const SLOTS_BY_MASK = Array.from({ length: 1 << PERIODS.length }, (_, mask) =>
  PERIODS.map((_, slot) => slot).filter((slot) => (mask >> slot) & 1),
);

function slotsIn(mask: number): readonly number[] {
  return SLOTS_BY_MASK[mask] ?? [];
}
