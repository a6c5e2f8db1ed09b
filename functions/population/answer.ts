import * as z from "zod";

/** The population API's answer is not what this program can use; what was stored before stays. */
export class AnswerError extends Error {
  override name = "AnswerError";
}

/** A row as either generation of the API sends it: numbers, or a year as text; further columns are kept. */
const row = z
  .looseObject({
    Population: z.number().positive(),
    Year: z.union([z.number(), z.string().regex(/^\d{4}$/)]),
  })
  .readonly();

const answer = z.object({
  data: z.array(row).nonempty("it has no rows"),
  page: z.object({ total: z.int() }).optional(),
});

/** One year's population, with all columns that the API sent. */
export type PopulationRow = z.infer<typeof row>;

/**
 * The `data` of the population API's answer, its rows and columns as they came. Everything around it (annotations,
 * page, columns, source) is dropped.
 *
 * @throws AnswerError when it is no JSON, has no usable rows, or was cut: `page.total` tells how many there are.
 */
export function readAnswer(text: string, address: string): PopulationRow[] {
  const parsed = answer.safeParse(parseJson(text, address));
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "answer"}: ${message}`,
    );
    throw new AnswerError(`${address} answered without usable data: ${reasons.slice(0, 5).join("; ")}.`);
  }
  const { data, page } = parsed.data;
  if (page !== undefined && page.total !== data.length) {
    throw new AnswerError(
      `${address} answered with ${data.length} of ${page.total} rows; nothing was stored.`,
    );
  }
  return data;
}

function parseJson(text: string, address: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AnswerError(`${address} answered with something that is not JSON: ${text.slice(0, 80)}`, {
      cause,
    });
  }
}
