/** Converts thousandths to the nearest double, which prints with at most 3 decimals. */
export function toDecimal(thousandths: number): number {
  return thousandths / 1000;
}
