import { Cron } from "croner";

const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
const RATE = /^rate\((1(?= \w+[^s]\))|[1-9]\d*(?= \w+s\))) (minute|hour|day)s?\)$/;

/** Where looking for gaps begins, the same in every run; and a year and a week on, where it ends. */
const FROM = new Date("2024-01-01T00:00:00Z");
const TO = new Date("2025-01-08T00:00:00Z");
/** More runs than these are at most minutes apart, and tell nothing new. */
const MOST_RUNS = 1500;

/**
 * The longest time between two runs of an EventBridge schedule, in minutes, so that a reader can tell a check that is
 * overdue. Null for a schedule that runs once at most in a year.
 *
 * @param expression `rate(1 day)`, or `cron(minutes hours day-of-month month day-of-week year)` in UTC.
 *   https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @throws Error when it is no such schedule, see {@link isSchedule}.
 */
export function longestGapMinutes(expression: string): number | null {
  const [, count, unit = ""] = RATE.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNIT_MINUTES[unit] ?? 0);
  const cron = parse(expression);
  let longest: number | null = null;
  let last = cron.nextRun(FROM);
  for (let runs = 0; last !== null && last < TO && runs < MOST_RUNS; runs++) {
    const next = cron.nextRun(last);
    if (next === null) break;
    longest = Math.max(longest ?? 0, (next.getTime() - last.getTime()) / 60_000);
    last = next;
  }
  return longest;
}

/** Whether EventBridge would take the expression for a schedule. */
export function isSchedule(expression: string): boolean {
  if (RATE.test(expression)) return true;
  try {
    return parse(expression).getPattern() !== undefined;
  } catch {
    // Croner says what is wrong by throwing; the setting's own message says what it should be.
    return false;
  }
}

function parse(expression: string): Cron {
  const [, fields] = /^cron\((\S+(?: \S+){5})\)$/.exec(expression) ?? [];
  if (fields === undefined) throw new Error(`"${expression}" is no cron expression of EventBridge.`);
  return new Cron(`0 ${fields}`, {
    mode: "7-part",
    timezone: "UTC",
    paused: true,
    // As EventBridge has them: Sunday is 1, and `0/15` means every fifteenth from 0 on.
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
}
