/** The periods of a quarterly BLS survey: four quarters, then `Q05`, the annual average. */
export const PERIODS: readonly string[] = ["Q01", "Q02", "Q03", "Q04", "Q05"];

/** First and last year allowed in a row, with ample room on both sides of what BLS publishes. */
export const MIN_YEAR = 1800;
export const MAX_YEAR = 2199;
