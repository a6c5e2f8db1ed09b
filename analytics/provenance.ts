import type { Provenance } from "./report";

/** The population's file name. */
export const POPULATION_FILE = "nation.json";

/** Where the population is from, according to a report's inputs; null if they do not say. */
export function provenanceOf(
  inputs: readonly { name: string; provenance?: Provenance | null | undefined }[],
): Provenance | null {
  return inputs.find(({ name }) => name === POPULATION_FILE)?.provenance ?? null;
}
