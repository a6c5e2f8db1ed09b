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

/** How long an address may take to answer the check. */
const REACHABLE_WITHIN_MS = 10_000;
/** Enough characters of a listing to recognise its format. */
const BEGINNING_LENGTH = 65_536;

const EXPECTED_LAYOUT = `An upstream directory holds ${SURVEYS}/<survey>/* and ${POPULATION_FILE}; 'npm run sample -- DIR' writes one.`;

/** The value of `--upstream` cannot be used. The message quotes it, and says what is wrong and what to do. */
export class SourcesError extends Error {
  override name = "SourcesError";
}

/** Options of {@link openSources}. */
interface OpenOptions {
  /** Aborts the check of an address. */
  signal?: AbortSignal;
  /** Variables that name proxies, used to check an address. By default none. */
  environment?: Environment;
}

/**
 * Opens the value of `npm start --upstream`:
 * - undefined: serves the generated sample;
 * - a directory: serves it, reading the files again at each request;
 * - an address `http(s)://…`: expects BLS under `/pub/time.series/` and the population under
 *   `/tesseract/data.jsonrecords`. Starts no server, but requests both once. Only a missing path, a connection failure or
 *   a listing in another server's format is an error; the pipeline handles all other answers.
 *
 * @throws SourcesError; the signal's reason.
 */
export async function openSources(spec: string | undefined, options: OpenOptions = {}): Promise<Sources> {
  if (spec === undefined) return startSourceServer(sampleFiles());
  if (/^https?:/i.test(spec)) return openAddress(spec, options);
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(spec)?.[1];
  if (scheme !== undefined) {
    throw new SourcesError(
      `The upstream '${spec}' has an unsupported scheme, ${scheme}; give http://…, https://… or a directory.`,
    );
  }
  const source = diskFolder(spec);
  try {
    await checkDirectory(spec, source);
  } catch (error) {
    if (error instanceof SourcesError) throw error;
    throw new SourcesError(
      `The upstream '${path.resolve(spec)}' cannot be read (${reason(error)}). ${EXPECTED_LAYOUT}`,
      { cause: error },
    );
  }
  return { ...(await startSourceServer(source)), directory: spec };
}

async function checkDirectory(given: string, source: ServedFolder): Promise<void> {
  const directory = path.resolve(given);
  const wrong = (what: string, cause?: unknown) =>
    new SourcesError(
      `The upstream '${directory}' ${what}. ${EXPECTED_LAYOUT}`,
      cause === undefined ? {} : { cause },
    );

  const top = await source.list([]);
  if (top === undefined) throw wrong("is not a directory");
  const surveys = await source.list(SURVEYS.split("/"));
  if (surveys === undefined) throw wrong(`has no folder ${SURVEYS}`);
  const files = await Promise.all(surveys.filter(isFolder).map(({ name }) => filesOf(source, name)));
  if (!files.flat().some(isData)) {
    throw wrong(`has no data in ${SURVEYS}: there is no non-empty file <survey>/<survey>.data.*`);
  }
  if ((await source.open([POPULATION_FILE])) === undefined) throw wrong(`has no ${POPULATION_FILE}`);
  const population = await readFile(path.join(directory, POPULATION_FILE), "utf8");
  try {
    if (Array.isArray(JSON.parse(population).data)) return;
  } catch (error) {
    throw wrong(`has a ${POPULATION_FILE} that is not JSON`, error);
  }
  throw wrong(`has a ${POPULATION_FILE} without a list "data", as in DataUSA's answer`);
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

async function openAddress(given: string, { signal, environment = {} }: OpenOptions): Promise<Sources> {
  if (!URL.canParse(given)) {
    throw new SourcesError(
      `The upstream '${given}' is not a valid address; give one like https://host/path.`,
    );
  }
  const base = new URL(given);
  if (base.username !== "" || base.search !== "" || base.hash !== "") {
    throw new SourcesError(
      `The upstream '${base.origin}${base.pathname}' must not have a user, a query or a fragment; ` +
        `give only the part of the address before /${SURVEYS}/.`,
    );
  }
  const root = base.href.replace(/\/+$/, "");
  const addresses = { blsUrl: `${root}/${SURVEYS}/`, populationUrl: `${root}/${POPULATION_PATH}` };
  await throughProxies(environment, async () => {
    const page = await checkReachable(given, addresses.blsUrl, signal);
    const foreign = findForeignListing(page, addresses.blsUrl);
    if (foreign !== undefined) {
      throw new SourcesError(`The upstream '${given}' cannot be used: ${foreign.message}`, {
        cause: foreign,
      });
    }
    await checkReachable(given, addresses.populationUrl, signal);
  });
  return { ...addresses, close: async () => undefined };
}

/**
 * Accepts any answer but 404: the pipeline handles refusals and overloads. Uses the functions' own client, because
 * `fetch` would request a tunnel from a proxy in cases where that client does not.
 *
 * @returns the beginning of the page; empty if it has no content.
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
      `${what} does not answer (${reason(error)}). Check the address and that the server is running.`,
      { cause: error },
    );
  }
  throw new SourcesError(`${what} does not exist (404). Give the part of the address before this path.`);
}

/** The beginning of a body, as far as it can be read. */
async function beginningOf(body: Readable): Promise<string> {
  let text = "";
  try {
    for await (const chunk of body) {
      text += chunk;
      if (text.length >= BEGINNING_LENGTH) break;
    }
  } catch {
    // The pipeline retries and reports a body that breaks off.
  }
  return text;
}

/** The innermost error's code, or else its message: an outer error may say only that something failed. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
