/** A summary of repeated measurements, in the unit of the samples. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/**
 * Median and range: the typical value, which one slow run does not affect, and how far single runs differ. The median
 * of an even number of samples is the mean of the middle two.
 *
 * @throws RangeError if there are no samples.
 */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (upper === undefined || lower === undefined || min === undefined || max === undefined) {
    throw new RangeError("There is nothing to summarize: not one sample was measured.");
  }
  return { median: (lower + upper) / 2, min, max };
}

/** Like {@link summarize}, but null if a sample is missing, as memory is on some systems. */
export function summarizeKnown(samples: readonly (number | null)[]): Summary | null {
  const known = samples.filter((sample) => sample !== null);
  return known.length === samples.length ? summarize(known) : null;
}

/**
 * The median of each count by kind; a kind that a sample lacks counts as 0 there.
 *
 * @throws RangeError if there are no samples.
 */
export function medianCounts(samples: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const kinds = [...new Set(samples.flatMap((sample) => Object.keys(sample)))].sort();
  return Object.fromEntries(
    kinds.map((kind) => [kind, summarize(samples.map((sample) => sample[kind] ?? 0)).median]),
  );
}

/** The order of the items in a round; over the rounds, each comes first equally often. */
export function rotate<T>(things: readonly T[], round: number): T[] {
  const start = things.length === 0 ? 0 : round % things.length;
  return [...things.slice(start), ...things.slice(0, start)];
}
