import type { FolderEntry } from "./servedFolder";

/** A way in which a listing is malformed. */
export type ListingShape =
  | "empty"
  | "no parent link"
  | "foreign links"
  | "bad names"
  | "wrong sizes"
  /** `#` and `?` in the names are not percent-encoded in the addresses. */
  | "raw marks";

/** Extra links in a malformed listing, with their texts. */
const STRAY_LINKS: Readonly<Partial<Record<ListingShape, readonly (readonly [string, string])[]>>> = {
  // To other hosts, out of the folder, to a mail address: none is a file in this folder.
  "foreign links": [
    ["http://other.invalid/pub/time.series/pr/pr.stolen", "pr.stolen"],
    ["//other.invalid/pub/time.series/pr/pr.data.9.Foreign", "pr.data.9.Foreign"],
    ["../../../etc/pr.passwd", "pr.passwd"],
    ["mailto:webmaster@other.invalid", "webmaster"],
  ],
  // The addresses are below this folder, but the names are not valid names of files in it.
  "bad names": [
    ["..%2F..%2Fpr.encoded", "pr.encoded"],
    ["..%5Cpr.backslash", "pr.backslash"],
    ["pr.%E0%A4%A", "pr.undecodable"],
    ["?C=M;O=A", "Last modified"],
  ],
};

/**
 * A folder's page as IIS renders it for download.bls.gov: the link to the parent, then for each entry its date (US
 * format, Washington time, minutes only), its size or `<dir>`, and its link, all on one line.
 *
 * @param folder - its path from the root, with `/` at both ends
 */
export function listingPage(folder: string, entries: readonly FolderEntry[], shape?: ListingShape): string {
  const parent = folder.replace(/[^/]+\/$/, "");
  const links = shape === "no parent link" ? "" : `${link(parent, "[To Parent Directory]")}<br><br>`;
  const shown = shape === "empty" ? [] : entries.toSorted((a, b) => compare(a.name, b.name));
  const rows = shown.map((entry) => {
    const size = entry.size === null ? "<dir>" : String(entry.size + (shape === "wrong sizes" ? 1 : 0));
    const encoded = encodeURIComponent(entry.name);
    const name = shape === "raw marks" ? encoded.replace(/%23|%3F/g, decodeURIComponent) : encoded;
    const address = folder + name + (entry.size === null ? "/" : "");
    return `${washingtonTime(entry.modified)} ${escapeHtml(size.padStart(12))} ${link(address, entry.name)}<br>`;
  });
  const stray = (shape && STRAY_LINKS[shape]) ?? [];
  const date = washingtonTime(new Date("2026-03-24T12:30:00Z"));
  rows.push(...stray.map(([address, text]) => `${date} ${"12".padStart(12)} ${link(address, text)}<br>`));
  const title = `download.bls.gov - ${escapeHtml(folder)}`;
  return (
    `<html><head><title>${title}</title></head><body><H1>${title}</H1><hr>\r\n\r\n` +
    `<pre>${links}${rows.join("")}</pre><hr></body></html>`
  );
}

/** e.g. ` 7/15/1994  2:41 PM`, padded as IIS does. */
function washingtonTime(date: Date): string {
  const part = Object.fromEntries(WASHINGTON.formatToParts(date).map(({ type, value }) => [type, value]));
  const day = `${part.month}/${part.day}/${part.year}`;
  const time = `${part.hour}:${part.minute} ${part.dayPeriod}`;
  return `${day.padStart(10)} ${time.padStart(8)}`;
}

const WASHINGTON = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
});

function link(address: string, text: string): string {
  return `<A HREF="${escapeHtml(address)}">${escapeHtml(text)}</A>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
