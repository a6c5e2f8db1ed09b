import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import { JSON_TYPE, putObject, readText, toJson } from "../shared/objects";
import { type SourceFile, withStatus } from "../shared/status";
import type { Upstream } from "../shared/upstream";
import { readAnswer } from "./answer";
import { canonicalHash } from "./canonical";

/** What fetching the population needs to know. */
export interface PopulationOptions {
  s3: S3Client;
  dataBucket: string;
  /** Full address of the query. */
  address: string;
  upstream: Upstream;
  now: Date;
}

/** Whether the object was written, and how many rows the API has. */
export interface PopulationSummary {
  written: boolean;
  rows: number;
}

/** Key of the population object: `{"data":[…]}`. */
export const POPULATION_KEY = "raw/population/nation.json";

/**
 * Saves the `data` of the population API's answer. The object is written only where it is missing or differs in
 * canonical form; it is compared itself, so that one that was removed or changed by others is healed.
 *
 * @throws UpstreamError, AnswerError, ConflictError; what was stored before stays.
 */
export async function storePopulation(options: PopulationOptions): Promise<PopulationSummary> {
  const { s3, dataBucket, address, upstream, now } = options;
  return withStatus(s3, dataBucket, "population", now, async (learnt) => {
    const stored = await readText(s3, dataBucket, POPULATION_KEY);
    learnt.lastChange = stored?.metadata["fetched-at"] ?? null;
    if (stored === undefined) learnt.missing = [POPULATION_KEY];
    else learnt.files = [sourceFile(stored.text, stored.version, learnt.lastChange)];

    const data = readAnswer(await upstream(address, (body) => text(body)), address);
    const hash = canonicalHash(data);
    const written = stored === undefined || hash !== storedHash(stored.text);
    if (written) {
      learnt.files = [await write(options, { data }, stored?.etag ?? null)];
      learnt.lastChange = now.toISOString();
      learnt.missing = [];
    }
    const summary = { written, rows: data.length };
    learnt.details = summary;
    return summary;
  });
}

async function write(
  { s3, dataBucket, address, now }: PopulationOptions,
  object: { data: readonly unknown[] },
  replaces: string | null,
): Promise<SourceFile> {
  const body = toJson(object);
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

/** The canonical hash of what is stored; undefined, so that it is replaced, where that is not ours. */
function storedHash(text: string): string | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    return Array.isArray(data) ? canonicalHash(data) : undefined;
  } catch {
    // Not JSON: somebody else's bytes under our key.
    return undefined;
  }
}
