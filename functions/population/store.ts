import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import { JSON_TYPE, putObject, readText, toJson } from "../shared/objects";
import { withStatus } from "../shared/status";
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

    const data = readAnswer(await upstream(address, (body) => text(body)), address);
    const hash = canonicalHash(data);
    const written = stored === undefined || hash !== storedHash(stored.text);
    if (written) {
      const body = toJson({ data });
      await putObject(s3, dataBucket, POPULATION_KEY, {
        body,
        contentType: JSON_TYPE,
        metadata: {
          source: address,
          md5: createHash("md5").update(body).digest("hex"),
          sha256: createHash("sha256").update(body).digest("hex"),
          "fetched-at": now.toISOString(),
        },
        replaces: stored?.etag ?? null,
      });
      learnt.lastChange = now.toISOString();
      learnt.missing = [];
    }
    const summary = { written, rows: data.length };
    learnt.details = summary;
    return summary;
  });
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
