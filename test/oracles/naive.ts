/**
 * The report's numbers by the simplest means: strings, regular expressions and BigInts. Shares no code with
 * `analytics/`, and ignores speed and memory.
 */

export interface NaiveReport {
  rowsRead: number;
  rowsKept: number;
  /** Sorted by series id. */
  bestYears: NaiveBestYear[];
  /** The series PRS30006032 in Q01. */
  observations: { year: number; thousandths: bigint }[];
}

interface NaiveBestYear {
  seriesId: string;
  basis: string;
  year: number;
  thousandths: bigint;
  quarters: number;
  tiedYears: number[];
}

interface NaiveObservation {
  seriesId: string;
  year: number;
  period: string;
  thousandths: bigint;
}

const HEADER = "series_id,year,period,value,footnote_codes";

/** Computes the report of a data file; undefined if its header differs, or if no row can be kept. */
export function naiveReport(bytes: Buffer): NaiveReport | undefined {
  const [header = "", ...lines] = withoutMark(bytes).toString("latin1").split("\n");
  const columns = Buffer.from(header, "latin1")
    .toString()
    .trimEnd()
    .split("\t")
    .map((name) => name.trim());
  if (columns.join() !== HEADER) return undefined;
  const rows = lines
    .map((text, at) => ({ text, unended: at === lines.length - 1, before: lines[at - 1] ?? "" }))
    .filter(({ text }) => /[^ \r\t]/.test(text));
  const kept = new Map<string, bigint>();
  for (const { text, unended, before } of rows) {
    const trimmed = text.replace(/[ \r\t]+$/, "");
    const tabs = trimmed.split("\t").length - 1;
    // Without a line end, a row may be cut off in its value or before it, unless it looks like the row before.
    const form = formOf(text);
    if (unended && (tabs < 3 || (tabs === 3 && trimmed === text && (!form || form !== formOf(before)))))
      continue;
    const [, key, value] = parseRow(trimmed) ?? [];
    if (key !== undefined && value !== undefined && !kept.has(key)) kept.set(key, value);
  }
  if (kept.size === 0) return undefined;
  const observations = [...kept].map(([key, thousandths]) => {
    const [seriesId = "", year, period = ""] = key.split(" ");
    return { seriesId, year: Number(year), period, thousandths };
  });
  return {
    rowsRead: rows.length,
    rowsKept: kept.size,
    bestYears: naiveBestYears(observations),
    observations: observations
      .filter(({ seriesId, period }) => seriesId === "PRS30006032" && period === "Q01")
      .map(({ year, thousandths }) => ({ year, thousandths }))
      .sort((a, b) => a.year - b.year),
  };
}

function formOf(line: string): string | undefined {
  const [series = "", , , value = ""] = line.split("\t");
  const decimals = value.trim().match(/\.(\d+)$/)?.[1]?.length;
  return decimals === undefined ? undefined : `${series.trim()} with ${decimals}`;
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? bytes.subarray(3) : bytes;
}

const ROW =
  /^ *([\w#-]{1,50}) *\t *((?:18|19|20|21)\d\d) *\t *(Q0[1-5]) *\t *(-?)(?:(\d+)(?:\.(\d{1,3}))?|\.(\d{1,3})) *(?:\t[^\t]*)?$/;

function parseRow(row: string): [row: string, key: string, thousandths: bigint] | undefined {
  const found = ROW.exec(row);
  if (found === null) return undefined;
  const [, seriesId, year, period, sign, whole = "0", decimals, onlyDecimals] = found;
  const thousandths = BigInt(whole + (decimals ?? onlyDecimals ?? "").padEnd(3, "0"));
  if (thousandths > 10n ** 15n) return undefined;
  return [row, `${seriesId} ${year} ${period}`, sign === "-" ? -thousandths : thousandths];
}

/** The best year of each series, sorted by series id. */
export function naiveBestYears(observations: readonly NaiveObservation[]): NaiveBestYear[] {
  return [...Map.groupBy(observations, ({ seriesId }) => seriesId)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([seriesId, own]) => ({ seriesId, ...bestYear(own) }));
}

function bestYear(own: readonly NaiveObservation[]) {
  const quarters = own.filter(({ period }) => period !== "Q05");
  const counted = quarters.length > 0 ? quarters : own;
  const years = [...Map.groupBy(counted, ({ year }) => year)]
    .map(([year, of]) => ({ year, sum: of.reduce((sum, { thousandths }) => sum + thousandths, 0n), of }))
    .sort((a, b) => (a.sum === b.sum ? a.year - b.year : a.sum > b.sum ? -1 : 1));
  const [best, ...others] = years;
  return {
    basis: quarters.length > 0 ? "quarterly" : "annual",
    year: best?.year ?? 0,
    thousandths: best?.sum ?? 0n,
    quarters: quarters.length > 0 ? (best?.of.length ?? 0) : 0,
    tiedYears: others.filter(({ sum }) => sum === best?.sum).map(({ year }) => year),
  };
}

interface PopulationRow {
  Nation?: unknown;
  Year?: unknown;
  Population?: unknown;
}

/** The mean population over 2013–2018; null if no year has a figure. */
export function naivePopulationMean(content: Buffer): number | null {
  const { data } = JSON.parse(content.toString().replace(/^\uFEFF/, "")) as {
    data: (PopulationRow | null)[];
  };
  const figures = new Map<number, number>();
  for (const { Nation, Year, Population } of data.filter((row) => row !== null)) {
    const whole = typeof Population === "number" && Number.isInteger(Population);
    if (Nation !== "United States" || !whole || Population < 1e8 || Population > 1e9) continue;
    if (typeof Year === "number" ? Number.isInteger(Year) : /^\d{4}$/.test(String(Year))) {
      figures.set(Number(Year), Population);
    }
  }
  const counted = [...figures].filter(([year]) => year >= 2013 && year <= 2018).map(([, persons]) => persons);
  return counted.length === 0 ? null : counted.reduce((sum, persons) => sum + persons, 0) / counted.length;
}
