import { GetObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { InputFile, ReportSettings } from "../../analytics/analyzeFiles";
import { provenanceIn } from "../population/provenance";
import { POPULATION_KEY, surveyPrefix } from "../shared/keys";
import { ConflictError, headObject, listObjects } from "../shared/objects";

/**
 * The objects under `raw/` that the report is made of: the survey's data file, its series and code tables, and the
 * population. What is not there is left out; the analysis tells what it cannot do without.
 *
 * Each is opened only when it is read, and then it is the version that was found here.
 */
export async function findInputs(
  s3: S3Client,
  bucket: string,
  settings: ReportSettings,
): Promise<InputFile[]> {
  const folder = surveyPrefix(settings.survey);
  const names = await listNames(s3, bucket, folder);
  const tables = names.filter((name) => isTable(name, settings.survey));
  const keys = [settings.dataFile, ...tables].map((name) => folder + name);
  const found = await Promise.all([...keys, POPULATION_KEY].map((key) => findInput(s3, bucket, key)));
  return found.filter((input) => input !== undefined);
}

/** `pr.series` and the small tables of words; not the data files, and not the prose. */
function isTable(name: string, survey: string): boolean {
  const [prefix, table, ...rest] = name.split(".");
  return prefix === survey && rest.length === 0 && table !== undefined && !PROSE.includes(table);
}

const PROSE = ["txt", "contacts"];

async function listNames(s3: S3Client, bucket: string, folder: string): Promise<string[]> {
  const objects = await Array.fromAsync(listObjects(s3, bucket, folder));
  return objects.map(({ Key = "" }) => Key.slice(folder.length));
}

async function findInput(s3: S3Client, bucket: string, key: string): Promise<InputFile | undefined> {
  const head = await headObject(s3, bucket, key);
  if (head === undefined) return undefined;
  return {
    name: key.slice(key.lastIndexOf("/") + 1),
    key,
    version: head.VersionId ?? null,
    upstreamDate: head.Metadata?.["upstream-date"] ?? null,
    fetchedAt: head.Metadata?.["fetched-at"] ?? null,
    provenance: key === POPULATION_KEY ? provenanceIn(head.Metadata) : null,
    open: () => openObject(s3, bucket, key, head.ETag ?? ""),
  };
}

async function* openObject(
  s3: S3Client,
  bucket: string,
  key: string,
  etag: string,
): AsyncGenerator<Uint8Array> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
    // In Node the body is a stream of buffers.
    yield* Body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof S3ServiceException && [404, 412].includes(cause.$metadata.httpStatusCode ?? 0)) {
      throw new ConflictError(`s3://${bucket}/${key} was replaced while the report was made.`, { cause });
    }
    throw cause;
  }
}
