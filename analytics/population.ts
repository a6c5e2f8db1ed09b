import * as z from "zod";
import { InputError } from "./errors";
import { readText } from "./inputs";

/** Persons by year, ascending. */
export interface Population {
  rows: number;
  years: number[];
  persons: number[];
}

const NATION = "United States";

const Row = z.object({
  Nation: z.string(),
  /** The older API sent strings. */
  Year: z.union([
    z.int(),
    z
      .string()
      .regex(/^\d{4}$/)
      .transform(Number),
  ]),
  Population: z.int().nonnegative(),
});
const Answer = z.object({ data: z.array(Row) });

/**
 * Reads the population as DataUSA answers (only `data` matters) and keeps the nation's.
 *
 * @throws InputError when it is not such JSON, has nothing about the nation, or has two figures for one year.
 */
export async function readPopulation(chunks: AsyncIterable<Uint8Array>, file: string): Promise<Population> {
  const { data } = parse(await readText(chunks), file);
  const byYear = new Map<number, number>();
  for (const row of data.filter(({ Nation }) => Nation === NATION)) {
    const known = byYear.get(row.Year);
    if (known !== undefined && known !== row.Population) {
      throw new InputError(file, null, `has two populations for ${row.Year}: ${known} and ${row.Population}`);
    }
    byYear.set(row.Year, row.Population);
  }
  if (byYear.size === 0) throw new InputError(file, null, `has no population of the ${NATION}`);
  const sorted = [...byYear].sort(([a], [b]) => a - b);
  return {
    rows: data.length,
    years: sorted.map(([year]) => year),
    persons: sorted.map(([, persons]) => persons),
  };
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
