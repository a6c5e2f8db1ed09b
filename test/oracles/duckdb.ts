/**
 * Computes every number of the report independently: in SQL on DuckDB, with DECIMAL values. Reads the same files, and
 * shares no code with `analytics/`.
 */
import { DuckDBInstance } from "@duckdb/node-api";

export interface OracleBestYear {
  seriesId: string;
  basis: string;
  year: number;
  /** Text: a decimal with 3 digits after the point. */
  value: string;
  quarters: number;
  tiedYears: number[];
}

export interface OracleReport {
  /** Sorted by series id. */
  bestYears: OracleBestYear[];
  /** Every series' years, sorted by series id and year. */
  yearlySums: Omit<OracleBestYear, "tiedYears">[];
  /** Sorted by year; values are text with 3 digits after the point. */
  seriesPopulation: { year: number; value: string; population: number | null }[];
  populationSummary: {
    years: number[];
    mean: number | null;
    sampleStandardDeviation: number | null;
    populationStandardDeviation: number | null;
  };
}

export interface OracleQuestion {
  /** A BLS data file without refused rows. */
  dataPath: string;
  /** Population in DataUSA's form; without it, every population is null. */
  populationPath?: string;
  seriesId?: string;
  period?: string;
  populationYears?: { from: number; to: number };
}

/** Computes the report's three parts in SQL. */
export async function oracle(question: OracleQuestion): Promise<OracleReport> {
  const {
    dataPath,
    populationPath,
    seriesId = "PRS30006032",
    period = "Q01",
    populationYears: { from, to } = { from: 2013, to: 2018 },
  } = question;
  const database = await (await DuckDBInstance.create()).connect();
  const query = async <Row>(sql: string): Promise<Row[]> =>
    (await database.runAndReadAll(sql)).getRowObjectsJson() as Row[];
  try {
    await database.run(`CREATE TABLE observations AS ${OBSERVATIONS(dataPath)}`);
    await database.run(`CREATE TABLE population AS ${POPULATION(populationPath)}`);
    await database.run(`CREATE TABLE years AS ${YEARS}`);
    const best = await query<BestRow>(BEST_YEARS);
    const sums = await query<YearRow>(`
      SELECT series_id, basis, year, value::DECIMAL(18, 3)::VARCHAR AS value, quarters::VARCHAR AS quarters
      FROM years ORDER BY series_id, year`);
    const rows = await query<{ year: number; value: string; persons: string | null }>(`
      SELECT o.year, o.value::VARCHAR AS value, p.persons::VARCHAR AS persons
      FROM observations o LEFT JOIN population p ON p.year = o.year
      WHERE o.series_id = '${seriesId}' AND o.period = '${period}' ORDER BY o.year`);
    const [summary] = await query<SummaryRow>(`
      SELECT list(year ORDER BY year) AS years, avg(persons) AS mean,
             stddev_samp(persons) AS sample, stddev_pop(persons) AS population
      FROM population WHERE year BETWEEN ${from} AND ${to}`);
    return {
      bestYears: best.map(({ series_id: seriesId, tied, quarters, ...row }) => ({
        ...row,
        seriesId,
        quarters: Number(quarters),
        tiedYears: tied.filter((year) => year !== row.year),
      })),
      yearlySums: sums.map(({ series_id: seriesId, quarters, ...row }) => ({
        ...row,
        seriesId,
        quarters: Number(quarters),
      })),
      seriesPopulation: rows.map(({ persons, ...row }) => ({
        ...row,
        population: persons === null ? null : Number(persons),
      })),
      populationSummary: {
        years: summary?.years ?? [],
        mean: summary?.mean ?? null,
        sampleStandardDeviation: summary?.sample ?? null,
        populationStandardDeviation: summary?.population ?? null,
      },
    };
  } finally {
    database.closeSync();
  }
}

interface YearRow {
  series_id: string;
  basis: string;
  year: number;
  value: string;
  quarters: string;
}

interface BestRow extends YearRow {
  tied: number[];
}

interface SummaryRow {
  years: number[] | null;
  mean: number | null;
  sample: number | null;
  population: number | null;
}

/** A path as an SQL string; DuckDB accepts slashes on every system. */
const literal = (path: string) => `'${path.replaceAll("\\", "/").replaceAll("'", "''")}'`;

const OBSERVATIONS = (path: string) => `
  SELECT trim(columns[1]) AS series_id, trim(columns[2])::INTEGER AS year, trim(columns[3]) AS period,
         trim(columns[4])::DECIMAL(16, 3) AS value
  FROM (
    SELECT string_split(line, chr(9)) AS columns
    FROM (SELECT unnest(string_split(replace(content, chr(13), ''), chr(10))) AS line FROM read_text(${literal(path)}))
    WHERE line LIKE '%' || chr(9) || '%' AND line NOT LIKE '%series_id%'
  )`;

const POPULATION = (path: string | undefined) =>
  path === undefined
    ? "SELECT 0 AS year, 0::BIGINT AS persons WHERE false"
    : `SELECT row."Year"::INTEGER AS year, row."Population"::BIGINT AS persons
       FROM (SELECT unnest(data) AS row FROM read_json(${literal(path)}))
       WHERE row."Nation" = 'United States'`;

const YEARS = `
  WITH bases AS (
    SELECT series_id, CASE WHEN bool_or(period <> 'Q05') THEN 'quarterly' ELSE 'annual' END AS basis
    FROM observations GROUP BY series_id
  )
  SELECT series_id, any_value(basis) AS basis, year, sum(value) AS value,
         count(*) FILTER (WHERE period <> 'Q05') AS quarters
  FROM observations JOIN bases USING (series_id)
  WHERE (period <> 'Q05') = (basis = 'quarterly')
  GROUP BY series_id, year`;

const BEST_YEARS = `
  WITH tops AS (SELECT series_id, max(value) AS top FROM years GROUP BY series_id)
  SELECT series_id, any_value(basis) AS basis, min(year) AS year, any_value(value)::DECIMAL(18, 3)::VARCHAR AS value,
         arg_min(quarters, year)::VARCHAR AS quarters, list(year ORDER BY year) AS tied
  FROM years JOIN tops USING (series_id) WHERE value = top
  GROUP BY series_id ORDER BY series_id`;
