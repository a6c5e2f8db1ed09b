import * as z from "zod";
import { InputError, printable } from "./errors";
import type { Findings } from "./findings";
import { readText } from "./inputs";
import type { Provenance } from "./report";
import { formatInteger, pluralize } from "./words";

/** Persons by year, ascending. */
export interface Population {
  years: number[];
  persons: number[];
}

/** The population API's answer, parsed. */
interface PopulationAnswer extends Population {
  /** The answer's `data`, unchanged. */
  data: readonly unknown[];
  /** Number of rows in `data`. */
  rows: number;
  /** What the answer says about the source of its figures; null if nothing, for example if only `data` was kept. */
  provenance: Provenance | null;
}

const NATION = "United States";

/** The United States passed 100 million people in 1915, and now has a third of a billion. */
const LEAST_PERSONS = 100_000_000;
const MOST_PERSONS = 1_000_000_000;
/** Longest text taken from an answer. */
const LONGEST_TEXT = 200;

const Row = z.object({
  Nation: z.literal(NATION),
  /** The older API sends strings. */
  Year: z
    .union([z.number(), z.string().regex(/^\d{4}$/)])
    .transform(Number)
    .refine((year) => Number.isInteger(year) && year >= 1 && year <= 9999),
  Population: z.int().min(LEAST_PERSONS).max(MOST_PERSONS),
});
type Row = z.infer<typeof Row>;

const optionalText = z.string().optional().catch(undefined);
const Annotations = z
  .object({ dataset_name: optionalText, source_name: optionalText })
  .optional()
  .catch(undefined);
const Answer = z.object({
  data: z.array(z.unknown()),
  /** The API's description of the whole answer; absent in what the pipeline stores. */
  page: z.object({ total: z.int() }).optional().catch(undefined),
  annotations: Annotations,
  /** The older API has its annotations here. */
  source: z
    .array(z.object({ annotations: Annotations, name: optionalText }))
    .optional()
    .catch(undefined),
});
type Answer = z.infer<typeof Answer>;

/** What a row lacks, by the field that is wrong. */
const LACKING: Record<string, string> = {
  Nation: `no Nation "${NATION}"`,
  Year: "no Year of four digits",
  Population: `no Population that is a whole number from ${formatInteger(LEAST_PERSONS)} to ${formatInteger(MOST_PERSONS)}`,
};

/**
 * Reads the population as DataUSA sends it, or as the pipeline stores it: only `data`. Refuses rows that are not about
 * the United States, or lack a year or a number of persons. Keeps the rest, which may be empty.
 *
 * @param file the answer's name in messages.
 * @throws InputError if it is not JSON of this form, or has two figures for one year.
 */
export function parsePopulation(content: string, file: string, findings: Findings): PopulationAnswer {
  const answer = parse(content, file);
  const { data, page } = answer;
  if (page !== undefined && page.total !== data.length) {
    const reason = `has ${pluralize(data.length, "row")} of the ${formatInteger(page.total)} that it announces`;
    findings.flag("populationCutShort", () => ({ file, line: null, reason }));
  }
  const byYear = new Map<number, number>();
  for (const [at, row] of data.entries()) {
    const figure = Row.safeParse(row);
    if (figure.success) addYear(byYear, figure.data, file);
    else refuse(findings, file, at, row, figure.error);
  }
  const sorted = [...byYear].sort(([a], [b]) => a - b);
  return {
    data,
    rows: data.length,
    provenance: readProvenance(answer),
    years: sorted.map(([year]) => year),
    persons: sorted.map(([, persons]) => persons),
  };
}

/** {@link parsePopulation} of a file's bytes. */
export async function readPopulation(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  findings: Findings,
): Promise<PopulationAnswer> {
  return parsePopulation(await readText(chunks), file, findings);
}

/** The cube in the address of a query to the API, e.g. `acs_yg_total_population_1`; null if the address does not name one. */
export function cubeInAddress(address: string): string | null {
  const cube = URL.canParse(address) ? new URL(address).searchParams.get("cube") : null;
  return shorten(cube ?? undefined);
}

function readProvenance({ annotations, source }: Answer): Provenance | null {
  const [first] = source ?? [];
  const dataset = shorten(annotations?.dataset_name ?? first?.annotations?.dataset_name);
  const publisher = shorten(annotations?.source_name ?? first?.annotations?.source_name);
  const cube = shorten(first?.name);
  return (dataset ?? publisher ?? cube) ? { dataset, source: publisher, cube } : null;
}

/** Makes a text suitable for reports and for the headers of objects: short and ASCII. */
function shorten(text: string | undefined): string | null {
  const ascii = text
    ?.replace(/\s+/g, " ")
    .replace(/[^ -~]+/g, "?")
    .trim();
  return ascii ? ascii.slice(0, LONGEST_TEXT).trim() : null;
}

function addYear(byYear: Map<number, number>, { Year, Population }: Row, file: string): void {
  const known = byYear.get(Year);
  if (known !== undefined && known !== Population) {
    throw new InputError(file, null, `has two populations for ${Year}: ${known} and ${Population}`);
  }
  byYear.set(Year, Population);
}

function refuse(findings: Findings, file: string, at: number, row: unknown, error: z.ZodError): void {
  const parts = new Set(error.issues.map(({ path: [part] }) => String(part ?? "Nation")));
  const lacking = [...parts].map((part) => LACKING[part]).join(" and ");
  findings.refuse("population", file, null, `has ${lacking} in data[${at}]`, Buffer.from(shallowJson(row)));
}

/** JSON without nested values: valid rows have none, and others may be nested too deeply to write. */
function shallowJson(row: unknown): string {
  return JSON.stringify(row, (key, value: unknown) =>
    key !== "" && typeof value === "object" && value !== null ? "…" : value,
  );
}

function parse(content: string, file: string): Answer {
  if (content.trim() === "") throw new InputError(file, null, "is empty");
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    const start = printable(content.slice(0, 80).replace(/\s+/g, " ").trim());
    const shown = start.includes("\uFFFD") ? "" : `; it begins with ${JSON.stringify(start)}`;
    throw new InputError(file, null, `is not JSON${shown}`, { cause });
  }
  const answer = Answer.safeParse(json);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  const at = issue?.path.join(".") || "the whole";
  throw new InputError(file, null, `is not a population answer: ${at}: ${issue?.message}`, {
    cause: answer.error,
  });
}
