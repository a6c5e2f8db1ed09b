import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { InputError } from "../../analytics/errors";
import { Findings } from "../../analytics/findings";
import { parsePopulation } from "../../analytics/population";
import type { Provenance } from "../../analytics/report";
import { type Bucket, JSON_TYPE, type StoredText, toJson } from "../shared/bucket";
import { POPULATION_KEY, POPULATION_PART } from "../shared/keys";
import {
  type RunResult,
  type RunStatus,
  type SourceFile,
  withKnownStatus,
  withStatus,
} from "../shared/status";
import type { UpstreamClient } from "../shared/upstream";
import { type Answer, checkYears, readAnswer } from "./answer";
import { canonicalHash } from "./canonical";
import { isOtherProvenance, provenanceIn, provenanceMetadata, withKnown } from "./provenance";

/** What fetching the population needs. */
export interface PopulationOptions {
  data: Bucket;
  /** Full address of the query. */
  address: string;
  upstream: UpstreamClient;
  /** Identifies the analysis's settings. If a deployment changes it, a new report should follow. */
  reportVersion: string;
  now: Date;
}

/** What a fetch did; the `details` of the population's status. */
export interface FetchSummary {
  /** Whether the object was written. */
  written: boolean;
  /** How many rows the API sent. */
  rows: number;
  /** Where they come from, according to the API. */
  provenance: Provenance;
}

/** Name of the metadata that holds {@link PopulationOptions.reportVersion}. */
const REPORT_VERSION = "report-version";

/**
 * Saves the `data` of the population API's answer and, in the object's metadata, where the figures come from.
 *
 * The object is written only if it is missing, or if its data, its provenance or the report version differs (the latter
 * so that a deployment with other settings leads to a new report). The answer is compared with the object itself, so an
 * object that someone else changed or removed is restored.
 *
 * @throws UpstreamError, AnswerError, ConflictError; the stored population stays.
 */
export async function storePopulation(options: PopulationOptions): Promise<FetchSummary> {
  const { data, now } = options;
  return withStatus(data, POPULATION_PART, now, async () => {
    const stored = await data.readText(POPULATION_KEY);
    const status = statusOf(stored);
    return withKnownStatus(status, () => fetchAndStore(options, stored, status));
  });
}

function statusOf(stored: StoredText | undefined): RunStatus {
  if (stored === undefined) return { missing: [POPULATION_KEY] };
  const lastChange = stored.metadata["fetched-at"] ?? null;
  return { lastChange, files: [sourceFile(stored.text, stored.version, lastChange)] };
}

async function fetchAndStore(
  options: PopulationOptions,
  stored: StoredText | undefined,
  status: RunStatus,
): Promise<RunResult<FetchSummary>> {
  const { address, upstream, reportVersion, now } = options;
  const answer = readAnswer(await upstream(address, (body) => text(body)), address);
  const { data, provenance } = answer;
  const before = stored && parseStored(stored);
  if (before !== undefined) checkYears(answer, before, address);
  const isSame = before !== undefined && canonicalHash(data) === canonicalHash(before.population.data);
  const written =
    !isSame ||
    stored?.metadata[REPORT_VERSION] !== reportVersion ||
    isOtherProvenance(provenance, before.provenance);
  const result = { written, rows: data.length, provenance };
  if (!written) return { result, status: { ...status, details: result } };
  // An earlier answer with the same figures may have said more about where they come from.
  const known = isSame ? withKnown(provenance, before.provenance) : provenance;
  const file = await write(options, { ...answer, provenance: known }, stored?.etag ?? null);
  return { result, status: { lastChange: now.toISOString(), files: [file], details: result } };
}

async function write(
  { data: bucket, address, reportVersion, now }: PopulationOptions,
  { data, provenance }: Answer,
  replaces: string | null,
): Promise<SourceFile> {
  const body = toJson({ data });
  const fetchedAt = now.toISOString();
  const file = sourceFile(body, null, fetchedAt);
  const metadata = {
    source: address,
    md5: createHash("md5").update(body).digest("hex"),
    sha256: file.sha256,
    "fetched-at": fetchedAt,
    [REPORT_VERSION]: reportVersion,
    ...provenanceMetadata(provenance),
  };
  const version = await bucket.put(POPULATION_KEY, body, JSON_TYPE, { metadata, replaces });
  return { ...file, version: version ?? null };
}

function sourceFile(text: string, version: string | null, fetchedAt: string | null): SourceFile {
  return {
    key: POPULATION_KEY,
    bytes: Buffer.byteLength(text),
    sha256: createHash("sha256").update(text).digest("hex"),
    version,
    upstreamDate: null,
    fetchedAt,
  };
}

/** The stored population as the analysis reads it. Undefined if it cannot be read; it is replaced then. */
function parseStored({ text, metadata }: StoredText) {
  try {
    const population = parsePopulation(text, POPULATION_KEY, new Findings());
    return { population, provenance: provenanceIn(metadata) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
