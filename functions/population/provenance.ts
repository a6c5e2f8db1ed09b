import type { Provenance } from "../../analytics/report";

/** Names of the population object's metadata fields, by what they hold. */
const METADATA: Readonly<Record<keyof Provenance, string>> = {
  dataset: "dataset",
  source: "dataset-source",
  cube: "cube",
};
const PARTS = Object.keys(METADATA) as (keyof Provenance)[];

/** The metadata that says where a population is from; what is not known is left out. */
export function provenanceMetadata(provenance: Provenance): Record<string, string> {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const said = provenance[part];
      return said === null ? [] : [[METADATA[part], said]];
    }),
  );
}

/** Where a population is from, according to its object's metadata; null if that does not say. */
export function provenanceIn(metadata: Readonly<Record<string, string>> = {}): Provenance | null {
  const provenance = { dataset: null, source: null, cube: null } as Provenance;
  for (const part of PARTS) provenance[part] = metadata[METADATA[part]] ?? null;
  return PARTS.every((part) => provenance[part] === null) ? null : provenance;
}

/**
 * Whether an answer comes from somewhere else than what was stored, or names its dataset for the first time. What it
 * does not say is not a change: the same address sometimes sends more, sometimes less around its data.
 */
export function isOtherProvenance(answer: Provenance, stored: Provenance | null): boolean {
  if (answer.dataset !== null && answer.dataset !== (stored?.dataset ?? null)) return true;
  const cubeBefore = stored?.cube ?? null;
  return answer.cube !== null && cubeBefore !== null && answer.cube !== cubeBefore;
}

/** What an answer says of where it is from, and for what it does not say, what is known of the same figures. */
export function withKnown(answer: Provenance, known: Provenance | null): Provenance {
  const { dataset, source, cube } = answer;
  return {
    dataset: dataset ?? known?.dataset ?? null,
    source: source ?? known?.source ?? null,
    cube: cube ?? known?.cube ?? null,
  };
}
