import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../../analytics/errors";
import { Findings } from "../../analytics/findings";
import { parsePopulation } from "../../analytics/population";
import type { Provenance } from "../../analytics/report";
import { JSON_TYPE, putObject, readText, type TextObject, toJson } from "../shared/objects";
import { type SourceFile, withStatus } from "../shared/status";
import type { UpstreamClient } from "../shared/upstream";
import { type Answer, checkYears, readAnswer } from "./answer";
import { canonicalHash } from "./canonical";
import { isOtherProvenance, provenanceIn, provenanceMetadata, withKnown } from "./provenance";

/** What fetching the population needs to know. */
export interface PopulationOptions {
  s3: S3Client;
  dataBucket: string;
  /** Full address of the query. */
  address: string;
  upstream: UpstreamClient;
  /** Identifies what the analysis makes of the data. Another one, after a deployment, asks for a report. */
  reportVersion: string;
  now: Date;
}

/** Whether the object was written, how many rows the API sent, and where it says they are from. */
export interface PopulationFetch {
  written: boolean;
  rows: number;
  provenance: Provenance;
}

/** Metadata: {@link PopulationOptions.reportVersion}. */
const REPORT_VERSION = "report-version";

/** Key of the population object: `{"data":[…]}`. */
export const POPULATION_KEY = "raw/population/nation.json";

/**
 * Saves the `data` of the population API's answer, and in the object's metadata where the figures are from. The object
 * is written only if it is missing, or if its canonical form, its provenance or the report version differs (so that a
 * report follows a deployment with other settings); the comparison is with the object itself, so that one that was removed or changed by others is repaired.
 *
 * @throws UpstreamError, AnswerError, ConflictError; what was stored before stays.
 */
export async function storePopulation(options: PopulationOptions): Promise<PopulationFetch> {
  const { s3, dataBucket, address, upstream, now } = options;
  return withStatus(s3, dataBucket, "population", now, async (learnt) => {
    const stored = await readText(s3, dataBucket, POPULATION_KEY);
    learnt.lastChange = stored?.metadata["fetched-at"] ?? null;
    if (stored === undefined) learnt.missing = [POPULATION_KEY];
    else learnt.files = [sourceFile(stored.text, stored.version, learnt.lastChange)];

    const answer = readAnswer(await upstream(address, (body) => text(body)), address);
    const { data, provenance } = answer;
    const before = stored && readStored(stored);
    if (before !== undefined) checkYears(answer, before, address);
    const isSame = before !== undefined && canonicalHash(data) === canonicalHash(before.population.data);
    const written =
      !isSame ||
      stored?.metadata[REPORT_VERSION] !== options.reportVersion ||
      isOtherProvenance(provenance, before.provenance);
    if (written) {
      // What this answer does not say of the same figures, an earlier one may have said.
      const known = isSame ? withKnown(provenance, before.provenance) : provenance;
      learnt.files = [await write(options, { ...answer, provenance: known }, stored?.etag ?? null)];
      learnt.lastChange = now.toISOString();
      learnt.missing = [];
    }
    const summary = { written, rows: data.length, provenance };
    learnt.details = summary;
    return summary;
  });
}

async function write(
  { s3, dataBucket, address, reportVersion, now }: PopulationOptions,
  { data, provenance }: Answer,
  replaces: string | null,
): Promise<SourceFile> {
  const body = toJson({ data });
  const fetchedAt = now.toISOString();
  const file = sourceFile(body, null, fetchedAt);
  const version = await putObject(s3, dataBucket, POPULATION_KEY, {
    body,
    contentType: JSON_TYPE,
    metadata: {
      source: address,
      md5: createHash("md5").update(body).digest("hex"),
      sha256: file.sha256,
      "fetched-at": fetchedAt,
      [REPORT_VERSION]: reportVersion,
      ...provenanceMetadata(provenance),
    },
    replaces,
  });
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

/** What is stored, as the analysis reads it; undefined, so that it is replaced, if it is not ours. */
function readStored({ text, metadata }: TextObject) {
  try {
    const population = parsePopulation(text, POPULATION_KEY, new Findings());
    return { population, provenance: provenanceIn(metadata) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
