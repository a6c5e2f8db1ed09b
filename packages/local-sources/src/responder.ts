import type { IncomingMessage } from "node:http";
import type { Fault } from "./faults";
import { listingPage } from "./listingPage";
import { POPULATION_PATHNAME, populationApi } from "./populationApi";
import { errorReply, htmlReply, type Reply } from "./reply";
import { type ServedFile, type ServedFolder, SURVEYS } from "./servedFolder";

/** Chooses the reply to a request. Never rejects: if the folder cannot be read, the status is 500. */
type Responder = (request: IncomingMessage, fault: Fault | undefined) => Promise<Reply>;

/** Responds as download.bls.gov and DataUSA's API do, with the content of one folder. */
export function createResponder(folder: ServedFolder): Responder {
  const population = populationApi(folder);

  async function respond(request: IncomingMessage, fault: Fault | undefined): Promise<Reply> {
    const { method, url = "/", headers } = request;
    const replaced = replacement(fault);
    if (replaced !== undefined) return replaced;
    if (method !== "GET" && method !== "HEAD") {
      return errorReply(405, "Method Not Allowed", { Allow: "GET, HEAD" });
    }
    const names = decodePath(url);
    if (names === undefined) return errorReply(400, "Bad Request - Invalid URL");
    const path = names.join("/");
    if (path === `/${POPULATION_PATHNAME}`) return population(url);
    if (!`${path}/`.startsWith(`/${SURVEYS}/`)) return notFound();
    if (!hasContact(headers["user-agent"])) {
      return errorReply(
        403,
        "Access Denied: automated retrieval needs a contact e-mail address in User-Agent.",
      );
    }
    return names.at(-1) === ""
      ? listingReply(folder, names.slice(1, -1), fault)
      : fileReply(folder, names.slice(1), fault);
  }

  return async (request, fault) => {
    try {
      return await respond(request, fault);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return errorReply(500, `The source server cannot answer ${request.url}: ${why}`);
    }
  };
}

/** The names in a request's path, decoded, the first one empty; `undefined` if the encoding is invalid. */
export function decodePath(url: string): string[] | undefined {
  const [pathname = ""] = url.split("?", 1);
  try {
    return pathname.split("/").map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The reply for a fault that replaces the normal one. */
function replacement(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === "status") {
    const headers = fault.retryAfter === undefined ? {} : { "Retry-After": fault.retryAfter };
    return errorReply(fault.status, `Status ${fault.status}, as the fault says.`, headers);
  }
  if (fault?.kind === "redirect") return errorReply(302, "Object moved", { Location: fault.location });
  if (fault?.kind === "errorPage") return errorReply(200, "An error occurred while processing your request.");
  return undefined;
}

async function listingReply(
  folder: ServedFolder,
  names: readonly string[],
  fault: Fault | undefined,
): Promise<Reply> {
  const entries = names.every(isPlain) ? await folder.list(names) : undefined;
  if (entries === undefined) return notFound();
  const shape = fault?.kind === "listing" ? fault.shape : undefined;
  return htmlReply(200, listingPage(`/${names.join("/")}/`, entries, shape));
}

/** A file; for a folder's address without a trailing `/`, a redirect to the listing. */
async function fileReply(
  folder: ServedFolder,
  names: readonly string[],
  fault: Fault | undefined,
): Promise<Reply> {
  if (fault?.kind === "listing") throw new Error("its fault is for listings, and it is not a listing.");
  if (!names.every(isPlain)) return notFound();
  const file = await folder.open(names);
  if (file !== undefined) {
    const headers = {
      "Content-Type": "text/plain",
      "Last-Modified": file.modified.toUTCString(),
      ETag: etag(file),
    };
    return { status: 200, headers, content: file.content, size: file.size };
  }
  const path = names.map(encodeURIComponent).join("/");
  return (await folder.list(names)) === undefined
    ? notFound()
    : errorReply(301, "Document Moved", { Location: `/${path}/` });
}

/** Whether the name stays in its folder, on disk and in memory. */
function isPlain(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\]/.test(name);
}

/** BLS requires an e-mail address in the `User-Agent`. */
function hasContact(userAgent = ""): boolean {
  return /[^\s@()<>]+@[^\s@()<>]+\.[a-z]{2,}/i.test(userAgent);
}

/** Computed from the date alone, as in IIS. */
function etag({ modified }: ServedFile): string {
  return `"${modified.getTime().toString(16)}:0"`;
}

function notFound(): Reply {
  return errorReply(404, "File or directory not found.");
}
