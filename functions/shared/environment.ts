/**
 * The value of an environment variable that the Pulumi program sets on the function (`infra/ingest.ts`,
 * `infra/analysis.ts`).
 *
 * @throws Error naming the variable when it is not set: the function was deployed without it.
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`The environment variable ${name} is not set: deploy the function with it (infra/).`);
  }
  return value;
}

/** {@link environment} as a whole number, not negative. */
export function environmentInteger(name: string): number {
  const text = environment(name);
  if (!/^\d+$/.test(text)) {
    throw new Error(`The environment variable ${name} should be a whole number; it is '${text}'.`);
  }
  return Number(text);
}

/** {@link environment} as one of these words. */
export function environmentOneOf<const Word extends string>(name: string, words: readonly Word[]): Word {
  const text = environment(name);
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) {
    throw new Error(`The environment variable ${name} should be ${words.join(" or ")}; it is '${text}'.`);
  }
  return word;
}
