/** Numbers, sizes and dates as readers see them. */

const decimals = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const values = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 3 });
const oneDecimal = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const moments = new Intl.DateTimeFormat("en-US", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
  hourCycle: "h23",
});
const relative = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });

/** Stands where there is no value. */
export const NONE = "–";

/** `1,234.5`: as exact as the report, which has at most 3 digits after the point. */
export function decimal(formatValue: number | null): string {
  return formatValue === null ? NONE : decimals.format(formatValue);
}

/** `13.0`, `564.713`: a value of BLS's, as exact as the report and with a digit after the point as BLS writes it. */
export function value(of: number | null): string {
  return of === null ? NONE : values.format(of);
}

/** `4,158,441.0` */
export function rounded(value: number | null): string {
  return value === null ? NONE : oneDecimal.format(value);
}

/** `320M`: for an axis. */
export function short(value: number): string {
  return compact.format(value);
}

/** `1 row`, `1,000 rows`; the plural is the noun with an s, unless it is given. */
export function pluralize(count: number, noun: string, plural = `${noun}s`): string {
  return `${decimals.format(count)} ${count === 1 ? noun : plural}`;
}

/** `1.6 MB`, in powers of 1000. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const [divisor, unit] = count < 1e6 ? [1e3, "kB"] : count < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${oneDecimal.format(count / divisor)} ${unit}`;
}

/** `Aug 6, 2026, 12:30 UTC` */
export function moment(iso: string): string {
  return `${moments.format(new Date(iso))} UTC`;
}

/**
 * `Aug 6, 2026, 08:30`, and whose time it is: BLS's listing is in Washington's, and comes without a zone. Anything
 * that is no date stays as it is.
 */
export function upstreamDate(text: string | null): string {
  if (text === null) return NONE;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text))
    return `${moments.format(new Date(`${text}Z`))} in Washington`;
  return Number.isNaN(Date.parse(text)) ? text : moment(text);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `5 minutes ago`, `just now`. */
export function ago(iso: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(iso)) / 1000;
  const unit = UNITS.find(([, size]) => seconds >= size);
  return unit === undefined ? "just now" : relative.format(-Math.floor(seconds / unit[1]), unit[0]);
}

/** `24 hours`, `3 days`: how far apart two checks may be. */
export function span(minutes: number): string {
  if (minutes % 1440 === 0 && minutes > 1440) return pluralize(minutes / 1440, "day");
  if (minutes % 60 === 0) return pluralize(minutes / 60, "hour");
  return pluralize(minutes, "minute");
}

/** The beginning of a hash or a version, enough to tell two apart. */
export function abbreviated(id: string): string {
  return id.slice(0, 12);
}

/** The address of an object of this bucket, whatever its key: beside this page, even if the key begins with slashes. */
export function addressOf(key: string): string {
  return `./${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** `1995–2025`, `2013–2019, 2021–2024`: years as spans. */
export function years(list: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const year of list) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === year - 1) last[1] = year;
    else spans.push([year, year]);
  }
  return spans.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(", ");
}
