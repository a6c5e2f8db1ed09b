import { createHash } from "node:crypto";
import { type AwsError, badRequest, notImplemented, type RequestHeaders } from "../awsProtocol";
import { CHECKSUM_NAMES, CHECKSUMS, type Checksum, checksumHeader } from "./checksums";

/** S3's size limit for a single PUT. */
const MAX_BYTES = 5 * 1024 ** 3;

/**
 * A request's content: its chunks without `aws-chunked` framing. At the end it is verified against every digest that the
 * request contains: the signed SHA-256, Content-MD5, and S3's checksums in the headers or the trailer. Its properties are
 * valid once all chunks have been read.
 *
 * @throws AwsError 400 while being read: `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`,
 * `EntityTooLarge`, `MalformedTrailerError`, `InvalidRequest`.
 */
export class VerifiedContent implements AsyncIterable<Buffer> {
  readonly #headers: RequestHeaders;
  readonly #source: AsyncIterable<Buffer>;
  readonly #trailers: Record<string, string> = {};
  size = 0;
  md5: Buffer = Buffer.alloc(0);
  /** The request's checksum, to be stored with the object. */
  checksum: Checksum | undefined;

  constructor(headers: RequestHeaders, source: AsyncIterable<Buffer>) {
    this.#headers = headers;
    this.#source = source;
  }

  /** The whole content at once, for XML documents. */
  async whole(): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const signedHash = this.#headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
    const isHashed = signedHash !== "UNSIGNED-PAYLOAD" && !signedHash.startsWith("STREAMING-");
    const name = this.#checksumName();
    const md5 = createHash("md5");
    const sha256 = isHashed ? createHash("sha256") : undefined;
    const checksum = name && CHECKSUMS[name]();
    for await (const chunk of this.#chunks(signedHash)) {
      this.size += chunk.length;
      if (this.size > MAX_BYTES)
        throw badRequest("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");
      for (const digest of [md5, sha256, checksum]) digest?.update(chunk);
      yield chunk;
    }
    this.#checkEnd();
    if (sha256 && sha256.digest("hex") !== signedHash)
      throw badRequest(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    this.md5 = md5.digest();
    checkContentMd5(this.#headers["content-md5"], this.md5);
    if (!name || !checksum) return;
    const value = checksum.digest().toString("base64");
    if (value !== { ...this.#headers, ...this.#trailers }[checksumHeader(name)])
      throw badRequest(
        "BadDigest",
        `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    this.checksum = { name, value };
  }

  /** The algorithm of the checksum in the headers or announced for the trailer. */
  #checksumName(): Checksum["name"] | undefined {
    const trailing = trailersIn(this.#headers);
    const given = CHECKSUM_NAMES.filter((name) =>
      [...Object.keys(this.#headers), ...trailing].includes(checksumHeader(name)),
    );
    if (given.length > 1)
      throw badRequest(
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      );
    return given[0];
  }

  #chunks(signedHash: string): AsyncIterable<Buffer> {
    if (!isChunked(this.#headers) && !signedHash.startsWith("STREAMING-")) return this.#source;
    if (signedHash !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
      throw notImplemented(`aws-chunked bodies with the payload hash ${signedHash}`);
    return decodeAwsChunked(this.#source, this.#trailers);
  }

  #checkEnd(): void {
    const announced = this.#headers["x-amz-decoded-content-length"];
    if (announced !== undefined && Number(announced) !== this.size)
      throw incomplete(`${announced} bytes were announced, ${this.size} received`);
    const missing = trailersIn(this.#headers).find((name) => !(name in this.#trailers));
    if (missing)
      throw badRequest("MalformedTrailerError", `The trailer ${missing} was announced but not sent.`);
  }
}

/** The object's Content-Encoding, without `aws-chunked`, which belongs to the transfer. */
export function contentEncoding(headers: RequestHeaders): string | undefined {
  const encodings = headers["content-encoding"]?.split(",").map((encoding) => encoding.trim());
  return encodings?.filter((encoding) => encoding && encoding !== "aws-chunked").join(",") || undefined;
}

function isChunked(headers: RequestHeaders): boolean {
  return headers["content-encoding"]?.includes("aws-chunked") ?? false;
}

function trailersIn(headers: RequestHeaders): string[] {
  return headers["x-amz-trailer"]?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
}

/** `<size in hex>\r\n<bytes>\r\n … 0\r\n<name>:<value>\r\n\r\n` */
async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const readMore = async () => {
    const { value, done } = await iterator.next();
    if (done) throw incomplete("it ends too early");
    rest = Buffer.concat([rest, value]);
  };
  const readLine = async () => {
    for (;;) {
      const end = rest.indexOf("\r\n");
      if (end < 0) {
        await readMore();
        continue;
      }
      const line = rest.toString("latin1", 0, end);
      rest = rest.subarray(end + 2);
      return line;
    }
  };
  for (;;) {
    const size = await readLine();
    if (!/^[0-9a-f]+$/i.test(size)) throw incomplete("a chunk has no size");
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      if (rest.length === 0) await readMore();
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
    if ((await readLine()) !== "") throw incomplete("a chunk is longer than its size");
  }
  for (let line = await readLine(); line !== ""; line = await readLine()) {
    const [name = "", value = ""] = line.split(/:(.*)/s);
    trailers[name.trim().toLowerCase()] = value.trim();
  }
}

function checkContentMd5(given: string | undefined, md5: Buffer): void {
  if (given === undefined) return;
  const digest = Buffer.from(given, "base64");
  if (digest.length !== 16 || digest.toString("base64") !== given)
    throw badRequest("InvalidDigest", `The Content-MD5 you specified is not valid: ${given}`);
  if (!md5.equals(digest))
    throw badRequest("BadDigest", "The Content-MD5 you specified did not match what we received.");
}

function incomplete(why: string): AwsError {
  return badRequest("IncompleteBody", `The body is not complete: ${why}.`);
}
