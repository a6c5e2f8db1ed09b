import * as z from "zod";

/** Any non-empty text. */
export const text = z.string().min(1);

/** A whole number, not negative, in digits. */
export const wholeNumber = z.string().regex(/^\d+$/, "should be a whole number").transform(Number);

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, `should be ${words.join(" or ")}`);
}

/**
 * Reads a function's environment variables. Each handler's file describes its own, under the names that the Pulumi
 * program sets (`infra/ingest.ts`, `infra/analysis.ts`).
 *
 * @throws Error that lists every missing or invalid variable: the function was deployed with other variables.
 */
export function readEnvironment<Variables extends z.ZodType>(
  variables: Variables,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<Variables> {
  const parsed = variables.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = new Map<string, string>();
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0]);
    const value = environment[name];
    if (!problems.has(name)) problems.set(name, value ? `${message}, but is '${value}'` : "is not set");
  }
  const list = [...problems].map(([name, problem]) => `${name} ${problem}`).join("; ");
  throw new Error(`Wrong environment variables: ${list}. Deploy the function with the right ones (infra/).`);
}
