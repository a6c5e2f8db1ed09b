import { Parser } from "htmlparser2";

/** One file of a survey's folder, as the listing tells it. */
export interface ListedFile {
  /** e.g. `pr.data.0.Current`. */
  name: string;
  /** Address of the file. */
  url: string;
  /** Last change as BLS shows it: Washington time, to the minute, e.g. `2026-08-06T08:30`. */
  upstreamDate: string;
  /** Bytes. */
  size: number;
}

/** What came back is no listing of the folder that was asked for; nothing may be concluded from it. */
export class ListingError extends Error {
  override name = "ListingError";
}

/**
 * The files of an IIS folder listing. Each link has its date and size in the text before it:
 * `  8/6/2026  8:30 AM      1613575 <A HREF="/pub/time.series/pr/pr.data.0.Current">pr.data.0.Current</A><br>`.
 *
 * Links that lead out of the folder, and sub-folders (`<dir>` for a size), are passed over.
 *
 * @param folderUrl address that the listing came from, ending in `/`.
 * @throws ListingError when there is no link to the parent folder, no file, a file without date and size, a name that
 *   is not a plain file name, or no end: then it is an error page, something else than a listing of this folder, or
 *   only the beginning of one, and the files that it lacks would look removed.
 */
export function parseListing(html: string, folderUrl: string): ListedFile[] {
  const parentUrl = new URL("..", folderUrl).href;
  const { links, complete } = parseLinks(html, folderUrl);
  if (!links.some(({ url }) => url === parentUrl)) {
    throw new ListingError(
      `${folderUrl} did not answer with a folder listing: there is no link to ${parentUrl}.`,
    );
  }
  if (!complete)
    throw new ListingError(`The listing of ${folderUrl} ends too early: its <pre> is not closed.`);
  const files = links
    .filter(({ url, before }) => url.startsWith(folderUrl) && url !== folderUrl && !before.endsWith("<dir>"))
    .map(({ url, before }) => ({ name: fileName(url, folderUrl), url, ...dateAndSize(before, url) }));
  if (files.length === 0) throw new ListingError(`The listing of ${folderUrl} names no file.`);
  const names = new Set(files.map(({ name }) => name));
  if (names.size < files.length) throw new ListingError(`The listing of ${folderUrl} names a file twice.`);
  return files;
}

/**
 * The links of a page, each with the text before it since the last link or line break; and whether the `<pre>` that
 * IIS puts them in has its end.
 */
function parseLinks(html: string, baseUrl: string) {
  const links: { url: string; before: string }[] = [];
  let complete = true;
  let text = "";
  const parser = new Parser({
    onopentag(tag, { href }) {
      if (tag === "br") text = "";
      if (tag !== "a" || href === undefined || !URL.canParse(href, baseUrl)) return;
      links.push({ url: new URL(href, baseUrl).href, before: text.trim() });
      text = "";
    },
    ontext(chunk) {
      text += chunk;
    },
    onclosetag(tag, isImplied) {
      if (tag === "a") text = "";
      if (tag === "pre" && isImplied) complete = false;
    },
  });
  parser.end(html);
  return { links, complete };
}

function fileName(url: string, folderUrl: string): string {
  const rest = url.slice(folderUrl.length);
  const name = decode(rest);
  // The name becomes part of an object's key and of a path on disk.
  if (name === undefined || name === "." || name === ".." || /[/\\?#\p{Cc}]/u.test(name)) {
    throw new ListingError(
      `The listing of ${folderUrl} has a link that is no plain file name: ${JSON.stringify(rest)}.`,
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

const DATE_AND_SIZE = /(\d{1,2})\/(\d{1,2})\/(\d{4})\s+(\d{1,2}):(\d{2}) (AM|PM)\s+(\d+)$/;

function dateAndSize(before: string, url: string): { upstreamDate: string; size: number } {
  const [, month = "", day = "", year, hour, minute, half, size] = DATE_AND_SIZE.exec(before) ?? [];
  if (size === undefined) {
    throw new ListingError(
      `The listing shows no date and size before ${url}, but ${JSON.stringify(before)}.`,
    );
  }
  const hour24 = (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  const date = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  return { upstreamDate: `${date}T${String(hour24).padStart(2, "0")}:${minute}`, size: Number(size) };
}
