/** Mean and standard deviations; null where there are too few numbers for one. */
export interface Statistics {
  mean: number | null;
  sampleStandardDeviation: number | null;
  populationStandardDeviation: number | null;
}

/**
 * Statistics of whole numbers. The sums are exact, so a result does not depend on the order of the numbers and is the
 * same on every machine; it is rounded only where it is turned into a double.
 */
export function statistics(numbers: readonly number[]): Statistics {
  const n = BigInt(numbers.length);
  let sum = 0n;
  let squares = 0n;
  for (const number of numbers.map(BigInt)) {
    sum += number;
    squares += number * number;
  }
  const deviations = n * squares - sum * sum;
  const root = (divisor: bigint) => (divisor > 0n ? Math.sqrt(Number(deviations) / Number(divisor)) : null);
  return {
    mean: n > 0n ? Number(sum) / Number(n) : null,
    sampleStandardDeviation: root(n * (n - 1n)),
    populationStandardDeviation: root(n * n),
  };
}
