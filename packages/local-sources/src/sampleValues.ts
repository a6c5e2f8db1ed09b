import { BASE_YEAR, type Measure, type Sector } from "./sampleCodes";

/** A value of one series in one period, in integer thousandths. */
export interface Observation {
  year: number;
  /** `Q01` … `Q04`, or `Q05` for the annual average. */
  period: string;
  thousandths: number;
}

/** The sample's last year. */
export const LAST_YEAR = 2025;
/** The last year of the annual measures, whose sources are slower. */
const LAST_ANNUAL_YEAR = 2022;

/** Effect of the business cycle on a fully cyclical measure, percent in that quarter. */
const CYCLE: Readonly<Record<string, number>> = {
  "1949 Q01": -1.6,
  "1953 Q04": -1.4,
  "1958 Q01": -2.4,
  "1958 Q03": 1.9,
  "1960 Q04": -1.1,
  "1970 Q02": -1.2,
  "1974 Q04": -2.2,
  "1975 Q01": -2.6,
  "1980 Q02": -2.4,
  "1982 Q01": -1.9,
  "1983 Q03": 1.6,
  "1990 Q04": -1.2,
  "2001 Q03": -1.1,
  "2001 Q04": -1.3,
  "2008 Q04": -2.3,
  "2009 Q01": -2.9,
  "2010 Q02": 1.2,
  "2020 Q02": -9.5,
  "2020 Q03": 6.8,
  "2021 Q01": 1.3,
};

/** One quarter of an index: its average in the base year is 100, kept in integer thousandths. */
interface IndexQuarter {
  year: number;
  quarter: number;
  thousandths: number;
}

/**
 * The index of one measure in one sector, quarter by quarter: a random walk around the measure's trend, with the
 * business cycle on top. The same on every machine: a seeded generator, and no arithmetic but `+ - * /`, which
 * IEEE 754 defines to the last bit (`Math.exp` and `Math.pow` are not).
 */
export function quarterlyIndex(sector: Sector, measure: Measure): IndexQuarter[] {
  const random = generator(Number(`${sector.code}${measure.code}`));
  const quarters: { year: number; quarter: number; level: number }[] = [];
  let level = 1;
  for (let year = sector.firstYear; year <= LAST_YEAR; year++) {
    const last = year === LAST_YEAR ? sector.lastQuarter : 4;
    for (let quarter = 1; quarter <= last; quarter++) {
      const noise = (random() + random() - 1) * 2 * measure.noise;
      const cycle = (CYCLE[`${year} Q0${quarter}`] ?? 0) * measure.cyclical;
      level *= 1 + (measure.trend / 4 + noise + cycle) / 100;
      quarters.push({ year, quarter, level });
    }
  }
  const base = mean(quarters.filter(({ year }) => year === BASE_YEAR).map((quarter) => quarter.level));
  return quarters.map(({ year, quarter, level }) => ({
    year,
    quarter,
    thousandths: Math.round((level / base) * 100_000),
  }));
}

/**
 * A series of the given duration, computed from the published (rounded) index, with its annual averages; with
 * `annualOnly`, the averages alone.
 */
export function observations(
  index: readonly IndexQuarter[],
  duration: string,
  annualOnly: boolean,
): Observation[] {
  const annual = annualAverages(index);
  const found: Observation[] = [];
  for (const [at, { year, quarter, thousandths }] of index.entries()) {
    if (!annualOnly) {
      const value = {
        "1": percentChange(index[at - 4]?.thousandths, thousandths),
        "2": percentChange(index[at - 1]?.thousandths, thousandths, "annual rate"),
        "3": thousandths,
      }[duration];
      if (value !== undefined) found.push({ year, period: `Q0${quarter}`, thousandths: value });
    }
    const average = quarter === 4 ? annual.get(year) : undefined;
    const value = duration === "3" ? average : percentChange(annual.get(year - 1), average);
    if (value !== undefined && !(annualOnly && year > LAST_ANNUAL_YEAR)) {
      found.push({ year, period: "Q05", thousandths: value });
    }
  }
  return found;
}

/**
 * Uniform numbers in (0, 1), the same for the same seed: the "minimal standard" generator of Park and Miller
 * (multiplier 48271, modulus 2^31 - 1), whose products stay within 53 bits.
 */
export function generator(seed: number): () => number {
  const modulus = 2_147_483_647;
  let state = (seed % (modulus - 1)) + 1;
  const next = () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  };
  // The first numbers of neighbouring seeds resemble each other.
  for (let skipped = 0; skipped < 3; skipped++) next();
  return next;
}

/** By year; meaningful only for years with four quarters. */
function annualAverages(index: readonly IndexQuarter[]): Map<number, number> {
  const years = [...Map.groupBy(index, ({ year }) => year)];
  return new Map(
    years.map(([year, quarters]) => [year, Math.round(mean(quarters.map((q) => q.thousandths)))]),
  );
}

/** Percent, rounded to one decimal, in thousandths; a change over a quarter is published at its annual rate. */
function percentChange(
  from: number | undefined,
  to: number | undefined,
  rate?: "annual rate",
): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  const ratio = to / from;
  const change = rate === "annual rate" ? ratio * ratio * ratio * ratio - 1 : ratio - 1;
  return Math.round(change * 1000) * 100;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
