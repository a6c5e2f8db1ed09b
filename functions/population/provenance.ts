import type { Provenance } from "../../analytics/report";

/** Names of the population object's metadata fields. */
const METADATA: Readonly<Record<keyof Provenance, string>> = {
  dataset: "dataset",
  source: "dataset-source",
  cube: "cube",
};
const PARTS = Object.keys(METADATA) as (keyof Provenance)[];

/** The metadata that says where a population comes from; unknown parts are left out. */
export function provenanceMetadata(provenance: Provenance): Record<string, string> {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const value = provenance[part];
      return value === null ? [] : [[METADATA[part], value]];
    }),
  );
}

/** Where a population comes from, according to its object's metadata; null if the metadata does not say. */
export function provenanceIn(metadata: Readonly<Record<string, string>> = {}): Provenance | null {
  const provenance = { dataset: null, source: null, cube: null } as Provenance;
  for (const part of PARTS) provenance[part] = metadata[METADATA[part]] ?? null;
  return PARTS.every((part) => provenance[part] === null) ? null : provenance;
}

/**
 * Whether an answer comes from another dataset than the stored one, or names its dataset for the first time. A part
 * that the answer leaves out is not a change: the same address does not always send every part.
 */
export function isOtherProvenance(answer: Provenance, stored: Provenance | null): boolean {
  if (answer.dataset !== null && answer.dataset !== (stored?.dataset ?? null)) return true;
  const cubeBefore = stored?.cube ?? null;
  return answer.cube !== null && cubeBefore !== null && answer.cube !== cubeBefore;
}

/** Where an answer comes from; parts that it leaves out are taken from what is known about the same figures. */
export function withKnown(answer: Provenance, known: Provenance | null): Provenance {
  const { dataset, source, cube } = answer;
  return {
    dataset: dataset ?? known?.dataset ?? null,
    source: source ?? known?.source ?? null,
    cube: cube ?? known?.cube ?? null,
  };
}
