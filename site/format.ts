/** Numbers, sizes, times and years as the page shows them. */
import { pluralize } from "../analytics/words";

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const values = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 3 });
const oneDecimal = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat("en-US", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
  hourCycle: "h23",
});
const relativeTimes = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });

/** Shown in place of a missing value. */
export const NO_VALUE = "–";

/** `1,234.5`: as exact as the report, whose numbers have at most 3 decimals. */
export function formatNumber(value: number | null): string {
  return value === null ? NO_VALUE : numbers.format(value);
}

/** `13.0`, `564.713`: a BLS value, as exact as the report, with at least one decimal, as BLS writes it. */
export function formatValue(value: number | null): string {
  return value === null ? NO_VALUE : values.format(value);
}

/** `4,158,441.0` */
export function formatOneDecimal(value: number | null): string {
  return value === null ? NO_VALUE : oneDecimal.format(value);
}

/** `320M`: for a chart's axis. */
export function formatCompact(value: number): string {
  return compact.format(value);
}

/** `1.6 MB`, in powers of 1000. */
export function formatBytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const [divisor, unit] = count < 1e6 ? [1e3, "kB"] : count < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${oneDecimal.format(count / divisor)} ${unit}`;
}

/** `Aug 6, 2026, 12:30 UTC` */
export function formatTime(iso: string): string {
  return `${times.format(new Date(iso))} UTC`;
}

/**
 * `Aug 6, 2026, 08:30 Washington time`: BLS's listing has local times without a time zone. Returns text that is not a
 * date unchanged.
 */
export function formatUpstreamDate(text: string | null): string {
  if (text === null) return NO_VALUE;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text))
    return `${times.format(new Date(`${text}Z`))} Washington time`;
  return Number.isNaN(Date.parse(text)) ? text : formatTime(text);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `5 minutes ago`, `just now`. */
export function formatTimeAgo(iso: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(iso)) / 1000;
  const unit = UNITS.find(([, size]) => seconds >= size);
  return unit === undefined ? "just now" : relativeTimes.format(-Math.floor(seconds / unit[1]), unit[0]);
}

/** `24 hours`, `3 days`. */
export function formatDuration(minutes: number): string {
  if (minutes % 1440 === 0 && minutes > 1440) return pluralize(minutes / 1440, "day");
  if (minutes % 60 === 0) return pluralize(minutes / 60, "hour");
  return pluralize(minutes, "minute");
}

/** The first 12 characters of a hash, enough to tell hashes apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** `1995–2025`, `2013–2019, 2021–2024`: joins consecutive years. Expects them in ascending order. */
export function formatYears(years: readonly number[]): string {
  const spans: [first: number, last: number][] = [];
  for (const year of years) {
    const latest = spans.at(-1);
    if (latest !== undefined && latest[1] === year - 1) latest[1] = year;
    else spans.push([year, year]);
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(", ");
}
