import { Cron } from "croner";

const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
const RATE = /^rate\((1(?= \w+[^s]\))|[1-9]\d*(?= \w+s\))) (minute|hour|day)s?\)$/;

/** The search for gaps covers a fixed year and a week, so every run gives the same result. */
const FROM = new Date("2024-01-01T00:00:00Z");
const TO = new Date("2025-01-08T00:00:00Z");
/** Schedules with more runs than this repeat so often that later runs cannot have longer gaps. */
const MAX_RUNS = 1500;

/**
 * The longest time between two runs of an EventBridge schedule, in minutes; a check that is older is overdue. Null for
 * a schedule that runs at most once a year.
 *
 * @param expression `rate(1 day)`, or `cron(minutes hours day-of-month month day-of-week year)` in UTC.
 *   https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @throws Error if EventBridge would reject the expression, see {@link isSchedule}.
 */
export function longestGapMinutes(expression: string): number | null {
  const [, count, unit = ""] = RATE.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNIT_MINUTES[unit] ?? 0);
  const cron = parse(expression);
  let longest: number | null = null;
  let last = cron.nextRun(FROM);
  for (let runs = 0; last !== null && last < TO && runs < MAX_RUNS; runs++) {
    const next = cron.nextRun(last);
    if (next === null) break;
    longest = Math.max(longest ?? 0, (next.getTime() - last.getTime()) / 60_000);
    last = next;
  }
  return longest;
}

/** Whether EventBridge would accept the expression as a schedule. */
export function isSchedule(expression: string): boolean {
  if (RATE.test(expression)) return true;
  try {
    return parse(expression).getPattern() !== undefined;
  } catch {
    // Croner throws on an invalid expression; the setting's own message says what is expected.
    return false;
  }
}

function parse(expression: string): Cron {
  const [, fields] = /^cron\((\S+(?: \S+){5})\)$/.exec(expression) ?? [];
  if (fields === undefined) throw new Error(`"${expression}" is not an EventBridge cron expression.`);
  return new Cron(`0 ${fields}`, {
    mode: "7-part",
    timezone: "UTC",
    paused: true,
    // As in EventBridge: Sunday is 1, and `0/15` means 0, 15, 30 and so on.
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
}
