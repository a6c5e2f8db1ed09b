/** When the first of two analyses runs. */
export const MONDAY = new Date("2026-08-03T12:00:00Z");
/** When the second runs. */
export const TUESDAY = new Date("2026-08-04T12:00:00Z");

/** The rows of the first analysis, which the tests revise for the second. */
export const BEFORE = [
  "A 2001 Q01 1",
  "A 2001 Q02 1",
  "A 2002 Q01 1.5",
  "B 2001 Q05 7",
  "B 2002 Q05 6",
  "C 1999 Q01 1",
];
