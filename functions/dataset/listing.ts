import { Parser } from "htmlparser2";
import { printable } from "../../analytics/errors";

/** One file of a survey's folder, according to the listing. */
export interface ListedFile {
  /** e.g. `pr.data.0.Current`. */
  name: string;
  /** Address of the file. */
  url: string;
  /** Time of the last change, as BLS shows it: Washington time, to the minute, e.g. `2026-08-06T08:30`. */
  upstreamDate: string;
  /** Bytes. */
  size: number;
}

/** The answer is not a listing of the requested folder; nothing can be concluded from it. */
export class ListingError extends Error {
  override name = "ListingError";
}

/**
 * Reads the files of an IIS folder listing. The text before each link has its date and size:
 * `  8/6/2026  8:30 AM      1613575 <A HREF="/pub/time.series/pr/pr.data.0.Current">pr.data.0.Current</A><br>`.
 *
 * Links out of the folder, and sub-folders (`<dir>` instead of a size), are skipped. A link is a path: `#` and `?` in
 * it are part of a file's name, encoded or not.
 *
 * @param folderUrl address of the listing, ending in `/`.
 * @throws ListingError if the link to the parent folder is missing, if there are no files, if a file has no date and
 *   size, if a name is not a plain file name, or if the end is missing. Such a page is an error page, another server's or
 *   folder's listing, or an incomplete one; the files missing from it would look removed.
 */
export function parseListing(html: string, folderUrl: string): ListedFile[] {
  const page = parsePage(html, folderUrl);
  try {
    return filesOf(page, folderUrl);
  } catch (error) {
    const maker = makerOf(page);
    throw maker === undefined ? error : foreignListing(folderUrl, maker, page.title);
  }
}

/** The error for a page titled like a folder listing but without entries in the format of BLS's server. */
export function findForeignListing(html: string, folderUrl: string): ListingError | undefined {
  const page = parsePage(html, folderUrl);
  const maker = makerOf(page);
  if (maker === undefined || page.links.some(({ before }) => IIS_DATE.test(before))) return undefined;
  return foreignListing(folderUrl, maker, page.title);
}

/** The relevant parts of a listing page. */
interface Page {
  title: string;
  links: Link[];
  /** Whether the `<pre>` around IIS's links is closed. */
  complete: boolean;
}

interface Link {
  url: string;
  /** The text between the previous link or line break and this link. */
  before: string;
}

function filesOf({ links, complete }: Page, folderUrl: string): ListedFile[] {
  const parentUrl = new URL("..", folderUrl).href;
  if (!links.some(({ url }) => url === parentUrl)) {
    throw new ListingError(
      `${folderUrl} did not answer with a folder listing: a link to ${parentUrl} is missing.`,
    );
  }
  if (!complete)
    throw new ListingError(`The listing of ${folderUrl} ends too early: its <pre> is not closed.`);
  const files = links
    .filter(({ url, before }) => url.startsWith(folderUrl) && url !== folderUrl && !before.endsWith("<dir>"))
    .map(({ url, before }) => ({ name: fileName(url, folderUrl), url, ...dateAndSize(before, url) }));
  if (files.length === 0) throw new ListingError(`The listing of ${folderUrl} has no files.`);
  const names = new Set(files.map(({ name }) => name));
  if (names.size < files.length) throw new ListingError(`The listing of ${folderUrl} names a file twice.`);
  return files;
}

function parsePage(html: string, baseUrl: string): Page {
  const page: Page = { title: "", links: [], complete: true };
  let inTitle = false;
  let text = "";
  const parser = new Parser({
    onopentag(tag, { href }) {
      inTitle = tag === "title";
      if (tag === "br") text = "";
      const url = tag === "a" && href !== undefined ? linkedUrl(href, baseUrl) : undefined;
      if (url === undefined) return;
      page.links.push({ url, before: text.trim() });
      text = "";
    },
    ontext(chunk) {
      if (inTitle) page.title += chunk;
      text += chunk;
    },
    onclosetag(tag, isImplied) {
      inTitle = false;
      if (tag === "a") text = "";
      if (tag === "pre" && isImplied) page.complete = false;
    },
  });
  parser.end(html);
  return page;
}

/**
 * The address that a listing's link leads to. A link is a path, in which `#` and `?` are part of a name; only a link
 * that begins with one of them has no path, and leads to the listing itself.
 */
function linkedUrl(href: string, baseUrl: string): string | undefined {
  const path = /^\s*[#?]/.test(href) ? href : href.replaceAll("#", "%23").replaceAll("?", "%3F");
  return URL.canParse(path, baseUrl) ? new URL(path, baseUrl).href : undefined;
}

/** Titles of listings from servers other than BLS's. */
const OTHER_MAKERS: readonly { title: RegExp; maker: string }[] = [
  { title: /^Index of \//, maker: "nginx or Apache" },
  { title: /^Directory listing for \//, maker: "Python" },
];

function makerOf({ title }: Page): string | undefined {
  return OTHER_MAKERS.find((other) => other.title.test(title.trim()))?.maker;
}

function foreignListing(folderUrl: string, maker: string, title: string): ListingError {
  const shown = printable(JSON.stringify(title.trim().slice(0, 100)));
  return new ListingError(
    `${folderUrl} answered with a folder listing from ${maker} (${shown}), but only listings in the format of BLS's server ` +
      "(IIS) can be read: give an address with such a listing or, for files on this machine, their directory " +
      "(npm start -- --upstream DIR).",
  );
}

function fileName(url: string, folderUrl: string): string {
  const rest = url.slice(folderUrl.length);
  const name = /[#?]/.test(rest) ? undefined : decode(rest);
  // The name becomes part of an object's key and of a path on disk.
  if (name === undefined || name === "." || name === ".." || /[/\\\p{Cc}]/u.test(name)) {
    throw new ListingError(
      `The listing of ${folderUrl} has a link that is not a plain file name: ${JSON.stringify(rest)}.`,
    );
  }
  return name;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const IIS_DATE = /\d{1,2}\/\d{1,2}\/\d{4}\s+\d{1,2}:\d{2} [AP]M/;
const DATE_AND_SIZE = /(\d{1,2})\/(\d{1,2})\/(\d{4})\s+(\d{1,2}):(\d{2}) (AM|PM)\s+(\d+)$/;

function dateAndSize(before: string, url: string): { upstreamDate: string; size: number } {
  const [, month = "", day = "", year, hour, minute, half, size] = DATE_AND_SIZE.exec(before) ?? [];
  if (size === undefined) {
    throw new ListingError(
      `The listing does not show a date and size before ${url}, but ${JSON.stringify(before)}.`,
    );
  }
  const hour24 = (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  const date = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  return { upstreamDate: `${date}T${String(hour24).padStart(2, "0")}:${minute}`, size: Number(size) };
}
