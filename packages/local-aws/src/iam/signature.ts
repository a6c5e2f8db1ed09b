import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError, notImplemented, type RequestHead, type Service } from "../awsProtocol";
import { ANONYMOUS, type Identities, type Principal } from "./identity";

/** How far a client's clock may be off, as on AWS. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** Each service's error codes for the same refusals. */
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
 * The principal that signed the request (Signature Version 4 in the Authorization header); {@link ANONYMOUS} if unsigned.
 *
 * @param body empty for S3, whose requests have the body's hash in a header.
 * @throws AwsError 403 or 400, as on AWS, if the key is unknown, the signature is wrong, or the date is too far off.
 */
export function authenticate(
  request: RequestHead,
  body: Buffer,
  service: Service,
  region: string,
  identities: Identities,
): Principal {
  if (request.query.has("X-Amz-Signature")) throw notImplemented("presigned requests");
  const header = request.headers.authorization;
  if (!header) return ANONYMOUS;

  const refusal = (kind: keyof (typeof CODES)["s3"], message: string, status = 403) =>
    new AwsError(status, CODES[service][kind], message);
  const claim = parseAuthorization(header);
  if (!claim)
    throw refusal("malformed", `The authorization header is not Signature Version 4: ${header}`, 400);
  const scope = `${claim.region}/${claim.service}`;
  if (scope !== `${region}/${service}`)
    throw refusal("malformed", `The credential must be scoped to ${region}/${service}, not ${scope}.`, 400);
  const { accessKeyId } = claim;
  const identity = identities.lookUp(accessKeyId);
  if (!identity)
    throw refusal("unknownKey", `The AWS access key ID ${accessKeyId} does not exist in our records.`);
  const { sessionToken, secretAccessKey } = identity.credentials;
  if (request.headers["x-amz-security-token"] !== sessionToken)
    throw refusal("token", "The provided token is malformed or invalid.", service === "s3" ? 400 : 403);
  const skewMs = Math.abs(Date.now() - Date.parse(isoDate(request.headers["x-amz-date"])));
  if (!(skewMs <= MAX_SKEW_MS))
    throw refusal("skew", "The difference between the request time and the current time is too large.");
  if (!sameText(sign(request, body, claim, secretAccessKey), claim.signature))
    throw refusal(
      "mismatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  return identity.principal;
}

interface Claim {
  accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request` */
  scope: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

function parseAuthorization(header: string): Claim | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([^/]+)\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!match) return undefined;
  const [, accessKeyId = "", scope = "", region = "", service = "", signedHeaders = "", signature = ""] =
    match;
  return { accessKeyId, scope, region, service, signedHeaders: signedHeaders.split(";"), signature };
}

/** `20250101T120000Z` → `2025-01-01T12:00:00Z`. */
function isoDate(text = ""): string {
  return text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3T$4:$5:$6");
}

/**
 * The signature of this request with the given secret
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
function sign(
  { method, path, query, headers }: RequestHead,
  body: Buffer,
  claim: Claim,
  secret: string,
): string {
  const { scope, service, signedHeaders } = claim;
  const canonicalRequest = [
    method,
    // S3 signs the path as sent; all other services escape it once more.
    service === "s3" ? path : path.split("/").map(escapeUri).join("/"),
    [...query]
      .map((pair) => pair.map(escapeUri).join("="))
      .sort()
      .join("&"),
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    service === "s3" ? (headers["x-amz-content-sha256"] ?? "") : sha256(body),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonicalRequest)].join("\n");
  const key = scope.split("/").reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
