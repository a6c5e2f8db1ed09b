import type { Provenance } from "./report";

/** Name of the population's file. */
export const POPULATION_FILE = "nation.json";

/** Where the population comes from, according to a report's inputs; null if they do not say. */
export function provenanceOf(
  inputs: readonly { name: string; provenance?: Provenance | null | undefined }[],
): Provenance | null {
  return inputs.find(({ name }) => name === POPULATION_FILE)?.provenance ?? null;
}
