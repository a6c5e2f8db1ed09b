import type { IncomingMessage } from "node:http";
import type { Fault } from "./faults";
import { listingPage } from "./listing";
import { errorPage, page, type Reply, text } from "./reply";
import { POPULATION_FILE, type SourceFile, type SourceFolder, SURVEYS } from "./source";

const CUBE = "acs_yg_total_population_1";
const POPULATION_PATHNAME = "tesseract/data.jsonrecords";

/** Path and query of the population at DataUSA's API. */
export const POPULATION_PATH = `${POPULATION_PATHNAME}?cube=${CUBE}&drilldowns=Year%2CNation&locale=en&measures=Population`;

/** Decides what a request is answered; never rejects, a source that cannot be read is a reply with status 500. */
export type Answer = (request: IncomingMessage, fault: Fault | undefined) => Promise<Reply>;

/** The answers of download.bls.gov and of DataUSA's API, over one source. */
export function answers(source: SourceFolder): Answer {
  const population = populationApi(source);

  async function answer(request: IncomingMessage, fault: Fault | undefined): Promise<Reply> {
    const { method, url = "/", headers } = request;
    const replaced = replacement(fault);
    if (replaced !== undefined) return replaced;
    if (method !== "GET" && method !== "HEAD") {
      return errorPage(405, "Method Not Allowed", { Allow: "GET, HEAD" });
    }
    const names = decodePath(url);
    if (names === undefined) return errorPage(400, "Bad Request - Invalid URL");
    const path = names.join("/");
    if (path === `/${POPULATION_PATHNAME}`) return population(url);
    if (!`${path}/`.startsWith(`/${SURVEYS}/`)) return notFound();
    if (!hasContact(headers["user-agent"])) {
      return errorPage(
        403,
        "Access Denied: automated retrieval needs a contact e-mail address in User-Agent.",
      );
    }
    return names.at(-1) === ""
      ? folderPage(source, names.slice(1, -1), fault)
      : fileOrFolder(source, names.slice(1), fault);
  }

  return async (request, fault) => {
    try {
      return await answer(request, fault);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return errorPage(500, `This upstream cannot answer ${request.url}: ${why}`);
    }
  };
}

/** The names in a request's path, decoded, the first one empty; `undefined` if it is not well encoded. */
export function decodePath(url: string): string[] | undefined {
  const [pathname = ""] = url.split("?", 1);
  try {
    return pathname.split("/").map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The reply of a fault that leaves nothing of the ordinary one. */
function replacement(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === "status") {
    const headers = fault.retryAfter === undefined ? {} : { "Retry-After": fault.retryAfter };
    return errorPage(fault.status, `Status ${fault.status}, as the fault says.`, headers);
  }
  if (fault?.kind === "redirect") return errorPage(302, "Object moved", { Location: fault.location });
  if (fault?.kind === "errorPage") return errorPage(200, "An error occurred while processing your request.");
  return undefined;
}

async function folderPage(
  source: SourceFolder,
  folder: readonly string[],
  fault: Fault | undefined,
): Promise<Reply> {
  const entries = folder.every(isPlain) ? await source.list(folder) : undefined;
  if (entries === undefined) return notFound();
  const shape = fault?.kind === "listing" ? fault.shape : undefined;
  return page(200, listingPage(`/${folder.join("/")}/`, entries, shape));
}

async function fileOrFolder(
  source: SourceFolder,
  names: readonly string[],
  fault: Fault | undefined,
): Promise<Reply> {
  if (fault?.kind === "listing") throw new Error("the fault set for it is one of listings, and it is none.");
  if (!names.every(isPlain)) return notFound();
  const file = await source.open(names);
  if (file !== undefined) {
    const headers = {
      "Content-Type": "text/plain",
      "Last-Modified": file.modified.toUTCString(),
      ETag: etag(file),
    };
    return { status: 200, headers, content: file.content, size: file.size };
  }
  const folder = names.map(encodeURIComponent).join("/");
  return (await source.list(names)) === undefined
    ? notFound()
    : errorPage(301, "Document Moved", { Location: `/${folder}/` });
}

/** DataUSA's API over the source's population, with other annotations at every call and the same `data`. */
function populationApi(source: SourceFolder): (url: string) => Promise<Reply> {
  let calls = 0;
  return async (url) => {
    const json = { "Content-Type": "application/json" };
    const cube = new URLSearchParams(url.split("?", 2)[1]).get("cube");
    const file = cube === CUBE ? await source.open([POPULATION_FILE]) : undefined;
    if (file === undefined)
      return text(404, JSON.stringify({ error: true, detail: `No cube ${cube}` }), json);
    return text(200, varied(await textOf(file), calls++), json);
  };
}

/** The answer with its annotations in another order, and one of several left out now and then; the rest stays. */
function varied(answer: string, call: number): string {
  return answer.replace(/("annotations"\s*:\s*)(\{[^{}]*\})/, (found, name: string, object: string) => {
    const annotations = parsed(object);
    if (annotations === undefined) return found;
    const start = call % Math.max(annotations.length, 1);
    const rotated = [...annotations.slice(start), ...annotations.slice(0, start)];
    const all = call % 2 === 0 || rotated.length === 1;
    return name + JSON.stringify(Object.fromEntries(all ? rotated : rotated.slice(1)));
  });
}

/** The properties of a JSON object; `undefined` for what is none, which a file on disk may hold. */
function parsed(object: string): [string, unknown][] | undefined {
  try {
    return Object.entries(JSON.parse(object));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function textOf({ content }: SourceFile): Promise<string> {
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of content()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A name that stays in its folder, on any source. */
function isPlain(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\]/.test(name);
}

/** BLS wants an e-mail address in the `User-Agent`. */
function hasContact(userAgent = ""): boolean {
  return /[^\s@()<>]+@[^\s@()<>]+\.[a-z]{2,}/i.test(userAgent);
}

/** As IIS makes it, from the date alone. */
function etag({ modified }: SourceFile): string {
  return `"${modified.getTime().toString(16)}:0"`;
}

function notFound(): Reply {
  return errorPage(404, "File or directory not found.");
}
