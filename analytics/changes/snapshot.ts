import { promisify } from "node:util";
import { gunzip, gzipSync } from "node:zlib";
import * as z from "zod";
import { LARGEST_THOUSANDTHS } from "../bls/fields";
import { MAX_YEAR, MIN_YEAR, PERIODS } from "../bls/periods";
import { SeriesYears } from "../bls/seriesYears";
import { SnapshotError } from "../errors";
import type { Population } from "../population";

const LF = 10;
/** gzip's fastest level: a sixth of the default level's time, for 5 % more bytes. */
const FASTEST = 1;

/** What an analysis read, for the next one to compare with. */
export interface Snapshot {
  /** Name of the data file; snapshots of different files are not compared. */
  dataFile: string;
  values: SeriesYears;
  /** Null if the analysis had no population. */
  population: Population | null;
}

/** Unpacked size of a snapshot of fifty million values; anything larger is rejected. */
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
    /** Total number of values. */
    values: z.int().nonnegative(),
  })
  .refine(({ seriesIds, years }) => seriesIds.length === years.length);
type Header = z.infer<typeof Header>;

/**
 * Packs the analysed values, so that the next analysis can report what changed. The bytes do not depend on the order of
 * the data file's rows.
 *
 * The format is gzip of a line of JSON and three columns of the series-years, sorted by series id and year: the years
 * (16 bits each), the periods present (8 bits, one per period), and the present values in thousandths (64-bit floats).
 * All numbers are little-endian.
 */
export function writeSnapshot({ dataFile, values, population }: Snapshot): Uint8Array {
  const records = values.sortedRecords();
  const header = Buffer.from(`${JSON.stringify(headerOf(values, records, dataFile, population))}\n`);
  const unpacked = Buffer.alloc(header.length + records.length * 3 + values.valueCount * 8);
  header.copy(unpacked);
  const present = header.length + records.length * 2;
  let thousandths = present + records.length;
  for (let at = 0; at < records.length; at++) {
    const record = records[at] as number;
    unpacked.writeInt16LE(values.yearOf(record), header.length + at * 2);
    unpacked[present + at] = values.presentOf(record);
    for (const slot of slotsIn(values.presentOf(record))) {
      unpacked.writeDoubleLE(values.valueOf(record, slot), thousandths);
      thousandths += 8;
    }
  }
  // Synchronous: nothing else is running, and starting a thread takes four times as long as packing.
  const packed = gzipSync(unpacked, { level: FASTEST });
  packed[9] = 255; // Operating system (RFC 1952) unknown, so all systems write the same bytes.
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

/** @throws SnapshotError if this version of the code cannot read the bytes as a snapshot. */
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
    throw new RangeError("The columns do not have the length that the header states.");

  const values = new SeriesYears();
  let at = 0;
  let read = 0;
  for (const [position, id] of header.seriesIds.entries()) {
    const ascii = Buffer.from(id, "latin1");
    const series = values.series(ascii, 0, ascii.length);
    let yearBefore = MIN_YEAR - 1;
    for (const last = at + (header.years[position] ?? 0); at < last; at++) {
      const year = bytes.readInt16LE(start + at * 2);
      const slots = slotsIn(bytes[present + at] as number);
      if (year <= yearBefore || year > MAX_YEAR || slots.length === 0)
        throw new RangeError(`Series-year ${at} is invalid.`);
      yearBefore = year;
      const record = values.record(series, year);
      for (const slot of slots) values.put(record, slot, readValue(bytes, thousandths + read++ * 8));
    }
  }
  if (read !== header.values) throw new RangeError("There are not as many values as the header states.");
  return { dataFile: header.dataFile, values, population: header.population };
}

/** @throws RangeError if a data file cannot have this value. */
function readValue(bytes: Buffer, at: number): number {
  const value = bytes.readDoubleLE(at);
  if (!Number.isInteger(value) || Math.abs(value) > LARGEST_THOUSANDTHS || Object.is(value, -0))
    throw new RangeError(`${value} is not a valid number of thousandths.`);
  return value;
}

function isAscending(list: readonly (number | string)[]): boolean {
  return list.every((item, at) => at === 0 || item > (list[at - 1] as number | string));
}

/** The periods present in each possible mask. */
const SLOTS_BY_MASK = Array.from({ length: 1 << PERIODS.length }, (_, mask) =>
  PERIODS.map((_, slot) => slot).filter((slot) => (mask >> slot) & 1),
);

function slotsIn(mask: number): readonly number[] {
  return SLOTS_BY_MASK[mask] ?? [];
}
