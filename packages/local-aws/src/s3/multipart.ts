import { AwsError, type AwsResponse, element, notImplemented, xmlResponse } from "../awsProtocol";
import { verifyBody } from "./body";
import { CHECKSUMS, type ChecksumName, checksumHeader } from "./checksums";
import { announce, describe, metadataOf, type S3Context, versionHeader } from "./objects";
import type { S3Call } from "./operations";
import { checkWrite } from "./preconditions";
import type { ObjectStore } from "./storage";
import { childrenOf, parseXml, textOf } from "./xml";

interface Upload {
  bucket: string;
  key: string;
  algorithm: ChecksumName | undefined;
  /** Part number → the checksum that came with it, if one did. */
  checksums: Map<number, string>;
}

/** Algorithms whose checksum of checksums fauxqs keeps with the finished object. */
const COMPOSITE = { crc32: "CRC32", sha1: "SHA1", sha256: "SHA256" } as const;

/** S3's multipart uploads. Which ones are open is kept in memory only. */
export class MultipartUploads {
  readonly #store: ObjectStore;
  readonly #uploads = new Map<string, Upload>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  create(s3: S3Context, { bucket, key, request }: S3Call): AwsResponse {
    s3.objects.requireBucket(bucket);
    const { contentType, ...described } = describe(request.headers);
    const algorithm = request.headers["x-amz-checksum-algorithm"]?.toLowerCase();
    if (algorithm !== undefined && !isChecksumName(algorithm))
      throw notImplemented(`the checksum algorithm ${algorithm}`);
    const kept =
      algorithm && algorithm in COMPOSITE ? COMPOSITE[algorithm as keyof typeof COMPOSITE] : undefined;
    const uploadId = this.#store.createMultipartUpload(
      bucket,
      key,
      contentType,
      metadataOf(request.headers),
      described,
      kept,
    );
    this.#uploads.set(uploadId, { bucket, key, algorithm, checksums: new Map() });
    return xmlResponse(
      `<InitiateMultipartUploadResult>${element("Bucket", bucket)}${element("Key", key)}${element("UploadId", uploadId)}</InitiateMultipartUploadResult>`,
    );
  }

  uploadPart(call: S3Call): AwsResponse {
    const { id, upload } = this.#find(call);
    const number = Number(call.request.query.get("partNumber"));
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw new AwsError(
        400,
        "InvalidArgument",
        "Part number must be an integer between 1 and 10000, inclusive",
      );
    }
    const { content, checksum } = verifyBody(call.request);
    if (upload.algorithm && checksum && checksum.name !== upload.algorithm) {
      throw new AwsError(
        400,
        "InvalidRequest",
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${checksum.name}`,
      );
    }
    const { etag } = this.#store.uploadPart(id, number, content, checksum?.value);
    if (checksum) upload.checksums.set(number, checksum.value);
    else upload.checksums.delete(number);
    return {
      status: 200,
      headers: { etag, ...(checksum && { [checksumHeader(checksum.name)]: checksum.value }) },
    };
  }

  complete(s3: S3Context, call: S3Call): AwsResponse {
    const { id, upload } = this.#find(call);
    const { bucket, key, request } = call;
    const whole = Object.keys(CHECKSUMS).find(
      (name) => checksumHeader(name as ChecksumName) in request.headers,
    );
    if (whole) throw notImplemented(`a ${whole} checksum of the whole object on CompleteMultipartUpload`);
    const parts = parseParts(request.body, upload);
    checkWrite(request.headers, s3.objects.current(bucket, key));
    const stored = s3.objects.completeUpload(bucket, key, id, parts);
    this.#uploads.delete(id);
    announce(s3, bucket, stored, "ObjectCreated:CompleteMultipartUpload");
    const location = `http://${request.headers.host}/${bucket}/${encodeURIComponent(key)}`;
    const response = xmlResponse(
      `<CompleteMultipartUploadResult>${element("Location", location)}${element("Bucket", bucket)}${element("Key", key)}${element("ETag", stored.etag)}</CompleteMultipartUploadResult>`,
    );
    return { ...response, headers: { ...response.headers, ...versionHeader(s3, bucket, stored) } };
  }

  abort(call: S3Call): AwsResponse {
    const { id } = this.#find(call);
    this.#store.abortMultipartUpload(id);
    this.#uploads.delete(id);
    return { status: 204, headers: {} };
  }

  #find({ bucket, key, request }: S3Call): { id: string; upload: Upload } {
    const id = request.query.get("uploadId") ?? "";
    const upload = this.#uploads.get(id);
    if (!upload || upload.bucket !== bucket || upload.key !== key) {
      throw new AwsError(
        404,
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      );
    }
    return { id, upload };
  }
}

/** The parts to join, in ascending order, with the checksums that the parts came with. */
function parseParts(xml: Buffer, upload: Upload): { partNumber: number; etag: string }[] {
  const root = parseXml(xml, "CompleteMultipartUpload");
  const parts = childrenOf(root, "Part").map((part) => {
    const partNumber = Number(textOf(part, "PartNumber"));
    for (const name of Object.keys(CHECKSUMS)) {
      const given = textOf(part, `Checksum${name.toUpperCase()}`);
      if (given !== undefined && given !== upload.checksums.get(partNumber)) {
        throw new AwsError(
          400,
          "InvalidPart",
          `The ${name} of part ${partNumber} is not the one that the part was uploaded with.`,
        );
      }
    }
    return { partNumber, etag: textOf(part, "ETag") ?? "" };
  });
  if (parts.length === 0) throw new AwsError(400, "MalformedXML", "You must specify at least one part");
  if (parts.some(({ partNumber }, index) => partNumber <= (parts[index - 1]?.partNumber ?? 0))) {
    throw new AwsError(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  return parts;
}

function isChecksumName(name: string): name is ChecksumName {
  return name in CHECKSUMS;
}
