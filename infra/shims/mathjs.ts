/**
 * The five mathjs functions that danfo.js calls, so that bundles need not contain the other 700. Each takes an array of
 * numbers and returns what mathjs 9 returns; test/infra/shims/mathjs.test.ts compares the two.
 */
import { sampleStandardDeviation, sampleVariance } from "simple-statistics";

export { mean, median } from "simple-statistics";

/** The most frequent values, ordered by when they reached that frequency, as in mathjs. */
export function mode(numbers: readonly number[]): number[] {
  const counts = new Map<number, number>();
  let most = 0;
  let modes: number[] = [];
  for (const number of numbers) {
    const count = (counts.get(number) ?? 0) + 1;
    counts.set(number, count);
    if (count > most) modes = [];
    if (count >= most) modes.push(number);
    most = Math.max(most, count);
  }
  return modes;
}

/** Divided by n - 1; 0 for a single number. */
export function variance(numbers: number[]): number {
  return numbers.length === 1 ? 0 : sampleVariance(numbers);
}

/** Divided by n - 1; 0 for a single number. */
export function std(numbers: number[]): number {
  return numbers.length === 1 ? 0 : sampleStandardDeviation(numbers);
}
