/** Converts thousandths to the nearest double, which prints with at most 3 digits after the point. */
export function toDecimal(thousandths: number): number {
  return thousandths / 1000;
}
