import type { Inputs } from "../inputs";
import { readTable, type Table } from "./table";

/** A series in words. */
export interface SeriesDescription {
  /** e.g. `Manufacturing: Hours worked, All workers, Seasonal Adjusted`. */
  title: string;
  /** e.g. `% Change from previous quarter`; null where BLS does not say. */
  unit: string | null;
  /** e.g. `Manufacturing`; null for a series without a sector, as other surveys have them. */
  sector: string | null;
  /** e.g. `Hours worked`; likewise. */
  measure: string | null;
}

/** The survey's series by id. */
export type SeriesCatalog = ReadonlyMap<string, SeriesDescription>;

/** The codes that make a title, in its order, and the one that is the unit; each has a table of the same name. */
const TITLE_CODES = ["sector", "measure", "class", "seasonal"] as const;
const UNIT_CODE = "duration";
const CODES = [...TITLE_CODES, UNIT_CODE];

/**
 * Reads `<survey>.series` and those of its code tables (`<survey>.sector`, …) that there are. Where a table or a code
 * is not there, the title shows the code: `sector 3000`.
 */
export async function readSeriesCatalog(inputs: Inputs, survey: string): Promise<SeriesCatalog> {
  const series = await inputs.read(`${survey}.series`, (chunks, file) =>
    readTable(chunks, file, ["series_id"]),
  );
  const words = new Map<string, ReadonlyMap<string, string>>();
  for (const code of CODES.filter((name) => inputs.has(`${survey}.${name}`))) {
    const table = await inputs.read(`${survey}.${code}`, (chunks, file) =>
      readTable(chunks, file, [`${code}_code`]),
    );
    words.set(code, wordsByCode(table, code));
  }
  return new Map(series.records.map((row) => [row.series_id ?? "", describe(row, words)]));
}

function wordsByCode(table: Table, code: string): ReadonlyMap<string, string> {
  return new Map(
    table.records.map((row) => [row[`${code}_code`] ?? "", row[`${code}_text`] ?? row[`${code}_name`] ?? ""]),
  );
}

function describe(
  row: Record<string, string>,
  words: ReadonlyMap<string, ReadonlyMap<string, string>>,
): SeriesDescription {
  const inWords = (name: string): string | null => {
    const code = row[`${name}_code`] || row[name];
    return code ? words.get(name)?.get(code) || `${name} ${code}` : null;
  };
  const [subject, ...rest] = TITLE_CODES.map(inWords).filter((part) => part !== null);
  const title = row.series_title || [subject, rest.join(", ")].filter(Boolean).join(": ");
  return {
    title: title || (row.series_id ?? ""),
    unit: inWords(UNIT_CODE),
    sector: inWords("sector"),
    measure: inWords("measure"),
  };
}

/** A series' description; one that the catalog does not list goes by its id. */
export function describeSeries(catalog: SeriesCatalog, seriesId: string): SeriesDescription {
  return catalog.get(seriesId) ?? { title: seriesId, unit: null, sector: null, measure: null };
}
