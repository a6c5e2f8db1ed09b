import { createHash, randomUUID } from "node:crypto";
import { AwsError, type AwsResponse, badRequest, element, notImplemented, xmlResponse } from "../awsProtocol";
import { VerifiedContent } from "./body";
import { CHECKSUM_NAMES, CHECKSUMS, type Checksum, type ChecksumName, checksumHeader } from "./checksums";
import { commit, describe, type S3Context, versionHeader } from "./objects";
import type { S3Call } from "./operations";
import { checkWrite } from "./preconditions";
import type { StoredObject } from "./storedObject";
import { childrenOf, parseXml, textOf } from "./xml";

/** S3's minimum size of every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

interface Part {
  number: number;
  content: string;
  size: number;
  md5: Buffer;
  checksum: Checksum | undefined;
}

interface Upload {
  bucket: string;
  key: string;
  headers: Record<string, string>;
  algorithm: ChecksumName | undefined;
  parts: Map<number, Part>;
}

/** S3's multipart uploads. Open uploads are kept in memory only. */
export class MultipartUploads {
  readonly #s3: S3Context;
  readonly #uploads = new Map<string, Upload>();

  constructor(s3: S3Context) {
    this.#s3 = s3;
  }

  create({ bucket, key, request }: S3Call): AwsResponse {
    this.#s3.objects.versioningOf(bucket);
    const given = request.headers["x-amz-checksum-algorithm"]?.toLowerCase();
    const algorithm = CHECKSUM_NAMES.find((name) => name === given);
    if (given !== undefined && !algorithm) throw notImplemented(`the checksum algorithm ${given}`);
    const id = randomUUID();
    this.#uploads.set(id, { bucket, key, headers: describe(request.headers), algorithm, parts: new Map() });
    return xmlResponse(
      `<InitiateMultipartUploadResult>${element("Bucket", bucket)}${element("Key", key)}${element("UploadId", id)}</InitiateMultipartUploadResult>`,
    );
  }

  async uploadPart(call: S3Call): Promise<AwsResponse> {
    const { id, upload } = this.#find(call);
    const number = Number(call.request.query.get("partNumber"));
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw badRequest("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    const verified = new VerifiedContent(call.request.headers, call.body);
    const content = await this.#s3.objects.write(verified);
    const { size, md5, checksum } = verified;
    if (upload.algorithm && checksum && checksum.name !== upload.algorithm) {
      this.#s3.objects.discard(content);
      throw badRequest(
        "InvalidRequest",
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${checksum.name}`,
      );
    }
    if (this.#uploads.get(id) !== upload) {
      this.#s3.objects.discard(content);
      throw noSuchUpload();
    }
    this.#discard(upload.parts.get(number));
    upload.parts.set(number, { number, content, size, md5, checksum });
    return {
      status: 200,
      headers: {
        etag: etagOf(md5),
        ...(checksum && { [checksumHeader(checksum.name)]: checksum.value }),
      },
    };
  }

  async complete(call: S3Call): Promise<AwsResponse> {
    const { bucket, key, request } = call;
    const whole = CHECKSUM_NAMES.find((name) => checksumHeader(name) in request.headers);
    if (whole) throw notImplemented(`a ${whole} checksum of the whole object on CompleteMultipartUpload`);
    const xml = await new VerifiedContent(request.headers, call.body).whole();
    const { id, upload } = this.#find(call);
    const parts = chooseParts(xml, upload);
    checkWrite(request.headers, this.#s3.objects.current(bucket, key));
    // Nobody can change, complete or abort the upload meanwhile; if the object cannot be stored, it is open again.
    this.#uploads.delete(id);
    const stored = await this.#store(call, upload, parts).catch((error: unknown) => {
      this.#uploads.set(id, upload);
      throw error;
    });
    for (const part of upload.parts.values()) this.#discard(part);
    const location = `http://${request.headers.host}/${bucket}/${encodeURIComponent(key)}`;
    const response = xmlResponse(
      `<CompleteMultipartUploadResult>${element("Location", location)}${element("Bucket", bucket)}${element("Key", key)}${element("ETag", stored.etag)}</CompleteMultipartUploadResult>`,
    );
    return { ...response, headers: { ...response.headers, ...versionHeader(this.#s3, bucket, stored) } };
  }

  abort(call: S3Call): AwsResponse {
    const { id, upload } = this.#find(call);
    this.#uploads.delete(id);
    for (const part of upload.parts.values()) this.#discard(part);
    return { status: 204, headers: {} };
  }

  /** Joins the parts to an object. */
  async #store(call: S3Call, { headers, algorithm }: Upload, parts: readonly Part[]): Promise<StoredObject> {
    const { objects } = this.#s3;
    const content = await objects.write(joined(parts.map((part) => () => objects.read(part.content))));
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const md5 = createHash("md5").update(Buffer.concat(parts.map((part) => part.md5)));
    const etag = etagOf(md5.digest(), `-${parts.length}`);
    const object = { content, size, etag, headers, checksumHeaders: compositeChecksum(parts, algorithm) };
    return commit(this.#s3, call, object, "ObjectCreated:CompleteMultipartUpload");
  }

  #discard(part: Part | undefined): void {
    if (part) this.#s3.objects.discard(part.content);
  }

  #find({ bucket, key, request }: S3Call): { id: string; upload: Upload } {
    const id = request.query.get("uploadId") ?? "";
    const upload = this.#uploads.get(id);
    if (!upload || upload.bucket !== bucket || upload.key !== key) {
      throw noSuchUpload();
    }
    return { id, upload };
  }
}

function noSuchUpload(): AwsError {
  return new AwsError(
    404,
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  );
}

/** The uploaded parts that the request lists. @throws AwsError for a list that S3 would refuse. */
function chooseParts(xml: Buffer, { parts }: Upload): Part[] {
  const chosen = childrenOf(parseXml(xml, "CompleteMultipartUpload"), "Part").map((listed) => {
    const part = parts.get(Number(textOf(listed, "PartNumber")));
    const etag = textOf(listed, "ETag")?.replaceAll('"', "");
    if (!part || etag !== part.md5.toString("hex"))
      throw badRequest("InvalidPart", "One or more of the specified parts could not be found.");
    for (const name of CHECKSUM_NAMES) {
      const given = textOf(listed, `Checksum${name.toUpperCase()}`);
      if (given !== undefined && (given !== part.checksum?.value || name !== part.checksum.name))
        throw badRequest(
          "InvalidPart",
          `The ${name} of part ${part.number} is not the one that the part was uploaded with.`,
        );
    }
    return part;
  });
  if (chosen.length === 0) throw badRequest("MalformedXML", "You must specify at least one part");
  if (chosen.some(({ number }, index) => number <= (chosen[index - 1]?.number ?? 0)))
    throw badRequest("InvalidPartOrder", "The list of parts was not in ascending order.");
  if (chosen.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES))
    throw badRequest("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  return chosen;
}

/** The checksum of the parts' checksums; none if one is missing, or for CRC-64, which S3 does not combine this way. */
function compositeChecksum(
  parts: readonly Part[],
  algorithm: ChecksumName | undefined,
): Record<string, string> {
  const values = parts.flatMap(({ checksum }) => (checksum ? [Buffer.from(checksum.value, "base64")] : []));
  if (!algorithm || algorithm === "crc64nvme" || values.length < parts.length) return {};
  const digest = CHECKSUMS[algorithm]();
  digest.update(Buffer.concat(values));
  const value = `${digest.digest().toString("base64")}-${parts.length}`;
  return { [checksumHeader(algorithm)]: value, "x-amz-checksum-type": "COMPOSITE" };
}

async function* joined(sources: readonly (() => AsyncIterable<Buffer>)[]): AsyncGenerator<Buffer> {
  for (const open of sources) yield* open();
}

function etagOf(md5: Buffer, suffix = ""): string {
  return `"${md5.toString("hex")}${suffix}"`;
}
