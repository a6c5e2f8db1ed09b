import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsError, type AwsRequest, notImplemented, type Service } from "../awsProtocol";
import type { Credentials } from "../cloud";
import { ANONYMOUS, type Identities, type Principal } from "./identity";

/** How far a client's clock may be off, as AWS has it. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** Each service's own name for the same refusal. */
const CODES = {
  s3: {
    unknownKey: "InvalidAccessKeyId",
    mismatch: "SignatureDoesNotMatch",
    skew: "RequestTimeTooSkewed",
    malformed: "AuthorizationHeaderMalformed",
    token: "InvalidToken",
  },
  sqs: {
    unknownKey: "UnrecognizedClientException",
    mismatch: "InvalidSignatureException",
    skew: "InvalidSignatureException",
    malformed: "IncompleteSignatureException",
    token: "UnrecognizedClientException",
  },
} as const;

/**
 * Who signed the request (Signature Version 4 in the Authorization header); without a signature, nobody.
 *
 * @throws AwsError 403 or 400 as AWS does when the key is unknown, the signature wrong, or the date too far off.
 */
export async function authenticate(
  request: AwsRequest,
  service: Service,
  region: string,
  identities: Identities,
): Promise<Principal> {
  if (request.query.has("X-Amz-Signature")) throw notImplemented("presigned requests");
  const header = request.headers.authorization;
  if (!header) return ANONYMOUS;

  const codes = CODES[service];
  const claim = parseAuthorization(header);
  if (!claim)
    throw new AwsError(
      400,
      codes.malformed,
      `The authorization header is not Signature Version 4: ${header}`,
    );
  if (claim.region !== region || claim.service !== service) {
    throw new AwsError(
      400,
      codes.malformed,
      `The credential must be scoped to ${region}/${service}, not ${claim.region}/${claim.service}.`,
    );
  }
  const identity = identities.lookUp(claim.accessKeyId);
  if (!identity)
    throw new AwsError(
      403,
      codes.unknownKey,
      `The AWS access key ID ${claim.accessKeyId} does not exist in our records.`,
    );
  if (request.headers["x-amz-security-token"] !== identity.credentials.sessionToken) {
    const status = service === "s3" ? 400 : 403;
    throw new AwsError(status, codes.token, "The provided token is malformed or otherwise invalid.");
  }
  const date = parseAmzDate(request.headers["x-amz-date"]);
  if (!date || Math.abs(Date.now() - date.getTime()) > MAX_SKEW_MS) {
    throw new AwsError(
      403,
      codes.skew,
      "The difference between the request time and the current time is too large.",
    );
  }
  const expected = await sign(request, claim, identity.credentials, date);
  if (!sameText(expected, claim.signature)) {
    throw new AwsError(
      403,
      codes.mismatch,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  return identity.principal;
}

interface Claim {
  accessKeyId: string;
  region: string;
  service: Service;
  signedHeaders: string[];
  signature: string;
}

function parseAuthorization(header: string): Claim | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/(s3|sqs)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!match) return undefined;
  const [, accessKeyId = "", region = "", service, signedHeaders = "", signature = ""] = match;
  return {
    accessKeyId,
    region,
    service: service as Service,
    signedHeaders: signedHeaders.split(";"),
    signature,
  };
}

/** `20250101T120000Z`. */
function parseAmzDate(text = ""): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The signature that the owner of the credentials would have put on this request. */
async function sign(
  request: AwsRequest,
  claim: Claim,
  credentials: Credentials,
  date: Date,
): Promise<string> {
  const signer = new SignatureV4({
    service: claim.service,
    region: claim.region,
    credentials,
    sha256: Sha256,
    // S3 signs the path as it is sent; all other services escape it once more.
    uriEscapePath: claim.service !== "s3",
    applyChecksum: false,
  });
  const headers = Object.fromEntries(claim.signedHeaders.map((name) => [name, request.headers[name] ?? ""]));
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: "http:",
      hostname: request.headers.host ?? "",
      path: request.path,
      query: queryOf(request.query),
      headers,
      body: request.body,
    },
    { signingDate: date, signableHeaders: new Set(claim.signedHeaders) },
  );
  return parseAuthorization(signed.headers.authorization ?? "")?.signature ?? "";
}

function queryOf(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** SHA-256 and its HMAC in the shape that the signer takes. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error("A Sha256 is used once; make a new one.");
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
