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
export interface PopulationAnswer extends Population {
  /** The answer's `data`, its rows and columns as they came. */
  data: readonly unknown[];
  /** Number of rows in `data`. */
  rows: number;
  /** What the answer says about where its figures are from; null if it says nothing, as when only `data` was kept. */
  provenance: Provenance | null;
}

const NATION = "United States";

/** The United States has had more than 100 million people since 1915, and now has a third of a billion. */
const LEAST_PERSONS = 100_000_000;
const MOST_PERSONS = 1_000_000_000;
/** Longest text that is taken from an answer. */
const LONGEST_TEXT = 200;

const Row = z.object({
  Nation: z.literal(NATION),
  /** The older API sent strings. */
  Year: z
    .union([z.number(), z.string().regex(/^\d{4}$/)])
    .transform(Number)
    .refine((year) => Number.isInteger(year) && year >= 1 && year <= 9999),
  Population: z.int().min(LEAST_PERSONS).max(MOST_PERSONS),
});
type Row = z.infer<typeof Row>;

const text = z.string().optional().catch(undefined);
const Annotations = z.object({ dataset_name: text, source_name: text }).optional().catch(undefined);
const Answer = z.object({
  data: z.array(z.unknown()),
  /** What the API says of its whole answer; the pipeline keeps `data` alone. */
  page: z.object({ total: z.int() }).optional().catch(undefined),
  annotations: Annotations,
  /** The older API said here what the newer one says in `annotations`. */
  source: z
    .array(z.object({ annotations: Annotations, name: text }))
    .optional()
    .catch(undefined),
});
type Answer = z.infer<typeof Answer>;

/** What to say of a row, by the field that it lacks. */
const LACKING: Record<string, string> = {
  Nation: `no Nation "${NATION}"`,
  Year: "no Year of four digits",
  Population: `no Population that is a whole number from ${formatInteger(LEAST_PERSONS)} to ${formatInteger(MOST_PERSONS)}`,
};

/**
 * Reads the population as DataUSA sends it, or as the pipeline stores it: `data` alone. A row that is not of the United
 * States, or has no year or no number of persons, is refused; the rest is kept, even if nothing is left.
 *
 * @param file what messages call the answer.
 * @throws InputError when it is not such JSON, or has two figures for one year.
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
    provenance: provenanceOf(answer),
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

/** The cube that a query to the API names in its address, e.g. `acs_yg_total_population_1`; null if it names none. */
export function cubeInAddress(address: string): string | null {
  const cube = URL.canParse(address) ? new URL(address).searchParams.get("cube") : null;
  return shorten(cube ?? undefined);
}

function provenanceOf({ annotations, source }: Answer): Provenance | null {
  const [first] = source ?? [];
  const dataset = shorten(annotations?.dataset_name ?? first?.annotations?.dataset_name);
  const publisher = shorten(annotations?.source_name ?? first?.annotations?.source_name);
  const cube = shorten(first?.name);
  return (dataset ?? publisher ?? cube) ? { dataset, source: publisher, cube } : null;
}

/** Text that fits in reports and in the headers of objects: short, and only ASCII. */
function shorten(said: string | undefined): string | null {
  const ascii = said
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
  findings.refuse("population", file, null, `has ${lacking} in data[${at}]`, Buffer.from(shallow(row)));
}

/** JSON without nested values: a row has none, and what is not a row may be nested too deep to write. */
function shallow(row: unknown): string {
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
