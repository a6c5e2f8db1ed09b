import type { Findings } from "../findings";
import type { Inputs } from "../inputs";
import { readTable, type Table } from "./table";

/** What a series measures, in BLS's words. */
interface SeriesDescription {
  /** e.g. `Manufacturing: Hours worked, All workers, Seasonal Adjusted`. */
  title: string;
  /** e.g. `% Change from previous quarter`; null if BLS does not say. */
  unit: string | null;
  /** e.g. `Manufacturing`; null for a series without a sector, which other surveys have. */
  sector: string | null;
  /** e.g. `Hours worked`; null for a series without a measure. */
  measure: string | null;
}

/** The first and the last year in which a series has values. */
export interface YearSpan {
  from: number;
  to: number;
}

/** A series in the survey's catalogue. */
interface ListedSeries extends SeriesDescription {
  /** Null if the catalogue does not say. */
  years: YearSpan | null;
}

/** The survey's series by id. */
export type SeriesCatalog = ReadonlyMap<string, ListedSeries>;

/** The codes that make up a title, in order, then the code of the unit. Each has a table of the same name. */
const CODES = ["sector", "measure", "class", "seasonal", "duration"] as const;
type Code = (typeof CODES)[number];

/**
 * Reads `<survey>.series` and those of its code tables (`<survey>.sector`, …) that exist. If a table or a code is
 * missing, the title shows the code: `sector 3000`. A code that its table does not list is a finding.
 */
export async function readSeriesCatalog(
  inputs: Inputs,
  survey: string,
  findings: Findings,
): Promise<SeriesCatalog> {
  const codeColumns = CODES.flatMap((code) => [`${code}_code`, code]);
  const { columns } = await inputs.read(`${survey}.series`, (chunks, file) =>
    readTable(chunks, file, {
      required: "series_id",
      others: ["series_title", "begin_year", "end_year", ...codeColumns],
    }),
  );
  if (!CODES.some((code) => inputs.has(`${survey}.${code}`))) findings.skip("unknownCode");
  const words = new Map<Code, (row: number) => string | null>();
  for (const code of CODES) words.set(code, await readCodeWords(inputs, survey, code, columns, findings));
  const wordsFor = (code: Code, row: number) => words.get(code)?.(row) ?? null;
  const titles = columns.get("series_title");
  return new Map(
    columns.get("series_id")?.map((id, row) => {
      const sector = wordsFor("sector", row);
      const measure = wordsFor("measure", row);
      const parts = [sector, measure, wordsFor("class", row), wordsFor("seasonal", row)];
      const title = titles?.[row] || titleOf(parts) || id;
      const years = yearSpan(columns.get("begin_year")?.[row], columns.get("end_year")?.[row]);
      return [id, { title, unit: wordsFor("duration", row), sector, measure, years }];
    }),
  );
}

function yearSpan(begin = "", end = ""): YearSpan | null {
  return /^\d{4}$/.test(begin) && /^\d{4}$/.test(end) ? { from: Number(begin), to: Number(end) } : null;
}

/** The words of a code for each row of `<survey>.series`, given its columns; null for a row without the code. */
async function readCodeWords(
  inputs: Inputs,
  survey: string,
  code: Code,
  columns: Table["columns"],
  findings: Findings,
): Promise<(row: number) => string | null> {
  const words = inputs.has(`${survey}.${code}`) ? await readCodeTable(inputs, survey, code) : undefined;
  const [codes, others] = [columns.get(`${code}_code`), columns.get(code)];
  const codeOf = (row: number) => codes?.[row] || others?.[row];
  if (words !== undefined) {
    const unlisted = new Set<string>();
    for (const [row, id] of columns.get("series_id")?.entries() ?? []) {
      const used = codeOf(row);
      if (!used || words.has(used) || unlisted.has(used)) continue;
      unlisted.add(used);
      findings.flag("unknownCode", () => ({
        file: `${survey}.series`,
        line: null,
        reason: `gives ${id} the ${code} ${used}, which ${survey}.${code} does not list`,
      }));
    }
  }
  return (row) => {
    const used = codeOf(row);
    return used ? words?.get(used) || `${code} ${used}` : null;
  };
}

/** Reads `<survey>.<code>`: words by code. */
async function readCodeTable(inputs: Inputs, survey: string, code: Code): Promise<Map<string, string>> {
  const { columns } = await inputs.read(`${survey}.${code}`, (chunks, file) =>
    readTable(chunks, file, {
      required: `${code}_code`,
      others: [`${code}_text`, `${code}_name`],
      mayBeEmpty: true,
    }),
  );
  const words = columns.get(`${code}_text`) ?? columns.get(`${code}_name`);
  return new Map(columns.get(`${code}_code`)?.map((found, row) => [found, words?.[row] ?? ""]));
}

/** `Manufacturing: Hours worked, All workers`; parts that the series does not have are null and left out. */
function titleOf(parts: readonly (string | null)[]): string {
  const [subject, ...rest] = parts.filter((part) => part !== null);
  return rest.length === 0 ? (subject ?? "") : `${subject}: ${rest.join(", ")}`;
}

/** Describes a series; the title of a series that the catalogue does not list is its id. */
export function describeSeries(catalog: SeriesCatalog, seriesId: string): SeriesDescription {
  return catalog.get(seriesId) ?? { title: seriesId, unit: null, sector: null, measure: null };
}
