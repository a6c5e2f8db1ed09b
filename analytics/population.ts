import * as z from "zod";
import { InputError } from "./errors";
import { readText } from "./inputs";
import type { Findings } from "./quality/findings";
import { counted, whole } from "./words";

/** Persons by year, ascending. */
export interface Population {
  years: number[];
  persons: number[];
}

const NATION = "United States";

/** The nation has had more since 1915, and has a third of the other. */
const LEAST_PERSONS = 100_000_000;
const MOST_PERSONS = 1_000_000_000;

const Row = z.object({
  /** The older API sent strings. */
  Year: z
    .union([z.number(), z.string().regex(/^\d{4}$/)])
    .transform(Number)
    .refine((year) => Number.isInteger(year) && year >= 1 && year <= 9999),
  Population: z.int().min(LEAST_PERSONS).max(MOST_PERSONS),
});
const Answer = z.object({
  data: z.array(z.unknown()),
  /** What the API says of its whole answer; the pipeline keeps `data` alone. */
  page: z.object({ total: z.int() }).optional(),
});
const Place = z.object({ Nation: z.string() });

/** The parts of a row that are read, and what each has to be. */
const EXPECTED: Record<string, string> = {
  Nation: "no Nation in words",
  Year: "no Year of four digits",
  Population: `no Population that is a whole number from ${whole(LEAST_PERSONS)} to ${whole(MOST_PERSONS)}`,
};

/**
 * Reads the population as DataUSA answers (only `data` matters) and keeps the nation's. A row without a place, a year
 * or a number of persons is refused and the rest is kept, be it nothing.
 *
 * @throws InputError when it is not such JSON, or has two figures for one year.
 */
export async function readPopulation(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  findings: Findings,
): Promise<Population & { rows: number }> {
  const { data, page } = parse(await readText(chunks), file);
  if (page !== undefined && page.total !== data.length) {
    const reason = `has ${counted(data.length, "row")} of the ${whole(page.total)} that it tells of`;
    findings.flag("populationCutShort", () => ({ file, line: null, reason }));
  }
  const byYear = new Map<number, number>();
  for (const [at, row] of data.entries()) {
    const place = Place.safeParse(row);
    if (place.success && place.data.Nation !== NATION) continue;
    const figure = place.success ? Row.safeParse(row) : place;
    if (!figure.success) {
      refuse(findings, file, at, row, figure.error);
    } else if ("Year" in figure.data) {
      addYear(byYear, figure.data, file);
    }
  }
  const sorted = [...byYear].sort(([a], [b]) => a - b);
  return {
    rows: data.length,
    years: sorted.map(([year]) => year),
    persons: sorted.map(([, persons]) => persons),
  };
}

function addYear(byYear: Map<number, number>, { Year, Population }: z.infer<typeof Row>, file: string): void {
  const known = byYear.get(Year);
  if (known !== undefined && known !== Population) {
    throw new InputError(file, null, `has two populations for ${Year}: ${known} and ${Population}`);
  }
  byYear.set(Year, Population);
}

function refuse(findings: Findings, file: string, at: number, row: unknown, error: z.ZodError): void {
  const parts = new Set(error.issues.map(({ path: [part] }) => String(part ?? "Nation")));
  const reason = `has ${[...parts].map((part) => EXPECTED[part]).join(" and ")} in data[${at}]`;
  findings.refuse("population", file, null, reason, Buffer.from(shallow(row)));
}

/** JSON that leaves out what is nested: a row has nothing there, and what is no row may be nested too deep to write. */
function shallow(row: unknown): string {
  return JSON.stringify(row, (key, value: unknown) =>
    key !== "" && typeof value === "object" && value !== null ? "…" : value,
  );
}

function parse(text: string, file: string): z.infer<typeof Answer> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError(file, null, "is no JSON", { cause });
  }
  const answer = Answer.safeParse(json);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  const at = issue?.path.join(".") || "the whole";
  throw new InputError(file, null, `is no population answer: ${at}: ${issue?.message}`, {
    cause: answer.error,
  });
}
