import { createHash } from "node:crypto";
import { AwsError, type AwsRequest, notImplemented } from "../awsProtocol";
import { CHECKSUMS, type Checksum, type ChecksumName, checksumHeader, computeChecksum } from "./checksums";

/** A request's content, decoded and proven to be what the sender meant. */
export interface VerifiedBody {
  content: Buffer;
  /** The checksum that came along, to be kept with the object. */
  checksum?: Checksum;
  /** Whether any digest came along: Content-MD5 or a checksum. */
  checked: boolean;
}

/**
 * Takes `aws-chunked` framing off and compares the content with every digest that came with it: the signed SHA-256,
 * Content-MD5, and S3's checksums in the headers or the trailer.
 *
 * @throws AwsError 400: `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `InvalidRequest`.
 */
export function verifyBody(request: AwsRequest): VerifiedBody {
  const { content, trailers } = decode(request);
  checkSignedHash(request.headers["x-amz-content-sha256"], content);
  const md5 = checkContentMd5(request.headers["content-md5"], content);
  const checksum = checkChecksums({ ...request.headers, ...trailers }, content);
  return { content, checked: md5 || checksum !== undefined, ...(checksum && { checksum }) };
}

/** Content-Encoding as the object keeps it: `aws-chunked` belongs to the transfer. */
export function contentEncoding(headers: AwsRequest["headers"]): string | undefined {
  const encodings = headers["content-encoding"]?.split(",").map((encoding) => encoding.trim());
  return encodings?.filter((encoding) => encoding && encoding !== "aws-chunked").join(",") || undefined;
}

function decode(request: AwsRequest): { content: Buffer; trailers: Record<string, string> } {
  const hash = request.headers["x-amz-content-sha256"] ?? "";
  const chunked =
    request.headers["content-encoding"]?.includes("aws-chunked") || hash.startsWith("STREAMING-");
  if (!chunked) return { content: request.body, trailers: {} };
  if (hash !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    throw notImplemented(`aws-chunked bodies with ${hash || "no payload hash"}`);

  const { content, trailers } = decodeAwsChunked(request.body);
  const announced = request.headers["x-amz-decoded-content-length"];
  if (announced !== undefined && Number(announced) !== content.length) {
    throw incomplete(`${announced} bytes were announced, ${content.length} came`);
  }
  const missing = request.headers["x-amz-trailer"]?.split(",").find((name) => !(name.trim() in trailers));
  if (missing)
    throw new AwsError(
      400,
      "MalformedTrailerError",
      `The trailer ${missing} was announced and did not come.`,
    );
  return { content, trailers };
}

/** `<size in hex>\r\n<bytes>\r\n … 0\r\n<name>:<value>\r\n\r\n` */
function decodeAwsChunked(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", offset);
    const line = body.toString("latin1", offset, lineEnd < 0 ? undefined : lineEnd);
    if (lineEnd < 0 || !/^[0-9a-f]+$/i.test(line)) throw incomplete("a chunk has no size");
    const size = Number.parseInt(line, 16);
    offset = lineEnd + 2;
    if (size === 0) break;
    if (body.toString("latin1", offset + size, offset + size + 2) !== "\r\n")
      throw incomplete("a chunk was cut short");
    chunks.push(body.subarray(offset, offset + size));
    offset += size + 2;
  }
  const lines = body.toString("latin1", offset).split("\r\n").filter(Boolean);
  const trailers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { content: Buffer.concat(chunks), trailers };
}

function checkSignedHash(hash: string | undefined, content: Buffer): void {
  if (!hash || hash === "UNSIGNED-PAYLOAD" || hash.startsWith("STREAMING-")) return;
  if (createHash("sha256").update(content).digest("hex") !== hash) {
    throw new AwsError(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function checkContentMd5(given: string | undefined, content: Buffer): boolean {
  if (given === undefined) return false;
  const digest = Buffer.from(given, "base64");
  if (digest.length !== 16 || digest.toString("base64") !== given) {
    throw new AwsError(400, "InvalidDigest", `The Content-MD5 you specified is not valid: ${given}`);
  }
  if (!createHash("md5").update(content).digest().equals(digest)) {
    throw new AwsError(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  return true;
}

function checkChecksums(headers: Readonly<Record<string, string>>, content: Buffer): Checksum | undefined {
  const given = (Object.keys(CHECKSUMS) as ChecksumName[]).flatMap((name): Checksum[] => {
    const value = headers[checksumHeader(name)];
    return value === undefined ? [] : [{ name, value }];
  });
  if (given.length > 1) {
    throw new AwsError(
      400,
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  for (const { name, value } of given) {
    if (computeChecksum(name, content) !== value) {
      throw new AwsError(
        400,
        "BadDigest",
        `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
  }
  return given[0];
}

function incomplete(why: string): AwsError {
  return new AwsError(400, "IncompleteBody", `The body is not complete: ${why}.`);
}
