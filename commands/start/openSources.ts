import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { type Environment, throughProxies } from "@data-quest/local-aws/lambda/machineNetwork";
import { POPULATION_PATH } from "@data-quest/local-sources/populationApi";
import { sampleFiles } from "@data-quest/local-sources/sample";
import {
  diskFolder,
  type FolderEntry,
  POPULATION_FILE,
  type ServedFolder,
  SURVEYS,
} from "@data-quest/local-sources/servedFolder";
import { type Sources, startSourceServer } from "@data-quest/local-sources/server";
import { findForeignListing } from "../../functions/dataset/listing";
import { ContentCodingError } from "../../functions/shared/contentCoding";
import { httpGet } from "../../functions/shared/httpGet";

/** How long an address may take to answer at all. */
const REACHABLE_WITHIN_MS = 10_000;
/** How many characters of a listing are read to recognise its format. */
const BEGINNING_LENGTH = 65_536;

const SHAPE = `An upstream's directory holds ${SURVEYS}/<survey>/* and ${POPULATION_FILE}; 'npm run sample -- DIR' makes one.`;

/** What was given as upstream cannot be one; the message says what was given, what is wrong and what to do. */
export class SourcesError extends Error {
  override name = "UpstreamError";
}

/** How an upstream is opened. */
export interface OpenOptions {
  /** Aborts the check of an address. */
  signal?: AbortSignal;
  /** This machine's variables; an address is checked through its proxies. Default none. */
  machine?: Environment;
}

/**
 * Opens what `npm start --upstream` names:
 * - nothing: the generated sample;
 * - a directory: served, and read again at each request;
 * - an address `http(s)://…`: BLS is expected under `/pub/time.series/` and the population under
 *   `/tesseract/data.jsonrecords`. Nothing is started; both are asked once. What they answer is for the pipeline to
 *   judge, except that nothing is there at all.
 *
 * @throws UpstreamError; the signal's reason.
 */
export async function openSources(spec: string | undefined, options: OpenOptions = {}): Promise<Sources> {
  if (spec === undefined) return startSourceServer(sampleFiles());
  if (/^https?:/i.test(spec)) return remoteUpstream(spec, options);
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(spec)?.[1];
  if (scheme !== undefined) {
    throw new SourcesError(
      `The upstream '${spec}' is an address of an unsupported kind, ${scheme}; give http://…, https://… or a directory.`,
    );
  }
  const source = diskFolder(spec);
  try {
    await checkDirectory(spec, source);
  } catch (error) {
    if (error instanceof SourcesError) throw error;
    throw new SourcesError(
      `The upstream '${path.resolve(spec)}' cannot be read (${reason(error)}). ${SHAPE}`,
      {
        cause: error,
      },
    );
  }
  return { ...(await startSourceServer(source)), directory: spec };
}

async function checkDirectory(given: string, source: ServedFolder): Promise<void> {
  const directory = path.resolve(given);
  const wrong = (what: string, cause?: unknown) =>
    new SourcesError(`The upstream '${directory}' ${what}. ${SHAPE}`, cause === undefined ? {} : { cause });

  const top = await source.list([]);
  if (top === undefined) throw wrong("is not a directory");
  const surveys = await source.list(SURVEYS.split("/"));
  if (surveys === undefined) throw wrong(`has no folder ${SURVEYS}`);
  const files = await Promise.all(surveys.filter(isFolder).map(({ name }) => filesOf(source, name)));
  if (!files.flat().some(isData)) {
    throw wrong(`has no data in ${SURVEYS}: no file <survey>/<survey>.data.* with anything in it`);
  }
  if ((await source.open([POPULATION_FILE])) === undefined) throw wrong(`has no ${POPULATION_FILE}`);
  const population = await readFile(path.join(directory, POPULATION_FILE), "utf8");
  try {
    if (Array.isArray(JSON.parse(population).data)) return;
  } catch (error) {
    throw wrong(`has a ${POPULATION_FILE} that is not JSON`, error);
  }
  throw wrong(`has a ${POPULATION_FILE} without a list "data", which DataUSA's answer has`);
}

async function filesOf(source: ServedFolder, survey: string): Promise<FolderEntry[]> {
  return (await source.list([...SURVEYS.split("/"), survey])) ?? [];
}

function isFolder({ size }: FolderEntry): boolean {
  return size === null;
}

function isData({ name, size }: FolderEntry): boolean {
  return name.includes(".data.") && size !== null && size > 0;
}

async function remoteUpstream(given: string, { signal, machine = {} }: OpenOptions): Promise<Sources> {
  if (!URL.canParse(given)) {
    throw new SourcesError(
      `The upstream '${given}' is not a valid address; give one like https://host/path.`,
    );
  }
  const base = new URL(given);
  if (base.username !== "" || base.search !== "" || base.hash !== "") {
    throw new SourcesError(
      `The upstream '${base.origin}${base.pathname}' was given with a user, a query or a fragment; ` +
        `give only the address that /${SURVEYS}/ comes after.`,
    );
  }
  const root = base.href.replace(/\/+$/, "");
  const upstream = { blsUrl: `${root}/${SURVEYS}/`, populationUrl: `${root}/${POPULATION_PATH}` };
  await throughProxies(machine, async () => {
    const page = await checkReachable(given, upstream.blsUrl, signal);
    const foreign = findForeignListing(page, upstream.blsUrl);
    if (foreign !== undefined) {
      throw new SourcesError(`The upstream '${given}' cannot be used: ${foreign.message}`, {
        cause: foreign,
      });
    }
    await checkReachable(given, upstream.populationUrl, signal);
  });
  return { ...upstream, close: async () => undefined };
}

/**
 * Any answer but 404 will do: a refusal or an overload is for the pipeline to handle. The check uses the functions' own
 * client, because `fetch` would ask a proxy for a tunnel where that client does not.
 *
 * @returns the beginning of the page that it answered with; empty if there is none.
 */
async function checkReachable(given: string, url: string, signal: AbortSignal | undefined): Promise<string> {
  const what = `The upstream '${given}' cannot be used: ${url}`;
  try {
    const timeout = AbortSignal.timeout(REACHABLE_WITHIN_MS);
    const answer = await httpGet(url, {}, signal ? AbortSignal.any([signal, timeout]) : timeout);
    if (answer.status === 200) return await beginningOf(answer.body);
    answer.body.destroy();
    if (answer.status !== 404) return "";
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ContentCodingError) return "";
    throw new SourcesError(
      `${what} does not answer (${reason(error)}). Check the address and that it is up.`,
      {
        cause: error,
      },
    );
  }
  throw new SourcesError(`${what} is not there (404). Give the address that this path comes after.`);
}

/** The beginning of a body, as far as it can be read; what is wrong with the body is for the pipeline to find. */
async function beginningOf(body: Readable): Promise<string> {
  let text = "";
  try {
    for await (const chunk of body) {
      text += chunk;
      if (text.length >= BEGINNING_LENGTH) break;
    }
  } catch {
    // If a body breaks off, the pipeline tries again, and reports it.
  }
  return text;
}

/** The innermost error's code, or else its message: an outer error may say only that something failed. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
