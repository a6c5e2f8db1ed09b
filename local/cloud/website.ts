import type { Authorizer } from "./authorization";
import { AwsError, type AwsRequest, type AwsResponse, escapeXml } from "./awsProtocol";
import type { Buckets } from "./buckets";
import { CloudError } from "./cloud";
import { type LocalServer, listen } from "./httpServer";
import { ANONYMOUS } from "./identity";
import { getObject, type S3Context } from "./s3/objects";

/** What websites need of the rest of the cloud. */
export interface WebsitesParts {
  s3: S3Context;
  buckets: Buckets;
  authorizer: Authorizer;
}

/** S3's website endpoints: a server a bucket, for what the bucket's policy lets everybody read. */
export class Websites {
  readonly #parts: WebsitesParts;
  readonly #servers = new Map<string, LocalServer>();

  constructor(parts: WebsitesParts) {
    this.#parts = parts;
  }

  /** Begins to serve the bucket; its address stays the same when it is served already. */
  async open(bucket: string): Promise<void> {
    if (!this.#servers.has(bucket))
      this.#servers.set(bucket, await listen((request) => serve(this.#parts, bucket, request)));
  }

  async shut(bucket: string): Promise<void> {
    const server = this.#servers.get(bucket);
    this.#servers.delete(bucket);
    await server?.close();
  }

  /** @throws CloudError when the bucket has no website. */
  address(bucket: string): string {
    const server = this.#servers.get(bucket);
    if (!server)
      throw new CloudError(`Bucket ${bucket} has no website: configure one with putBucketWebsite.`);
    return server.address;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((bucket) => this.shut(bucket)));
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html */
async function serve(parts: WebsitesParts, bucket: string, request: AwsRequest): Promise<AwsResponse> {
  const website = parts.buckets.websiteOf(bucket);
  if (!website)
    return errorPage(
      new AwsError(
        404,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
      ),
    );
  if (request.method !== "GET" && request.method !== "HEAD") {
    return errorPage(
      new AwsError(405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
    );
  }
  try {
    const path = decodeURIComponent(request.path.slice(1));
    if (path === "" || path.endsWith("/"))
      return await read(parts, bucket, path + website.indexDocument, request);
    return await readOrRedirect(parts, bucket, path, website.indexDocument, request);
  } catch (error) {
    const refusal = error instanceof AwsError ? error : new AwsError(400, "InvalidURI", String(error));
    return errorAnswer(parts, bucket, website.errorDocument, refusal, request);
  }
}

/** The object; or, when there is none of that name but a folder with an index document, the way there. */
async function readOrRedirect(
  parts: WebsitesParts,
  bucket: string,
  key: string,
  indexDocument: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  try {
    return await read(parts, bucket, key, request);
  } catch (error) {
    if (!parts.s3.objects.current(bucket, `${key}/${indexDocument}`)) throw error;
    return { status: 302, headers: { location: `${request.path}/` } };
  }
}

/** One object, as an anonymous reader gets it. */
async function read(
  { s3, authorizer }: WebsitesParts,
  bucket: string,
  key: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const mayRead = await authorizer.isAllowed(ANONYMOUS, "s3:GetObject", `${bucketArn}/${key}`);
  const exists = s3.objects.current(bucket, key) !== undefined;
  if (!mayRead || (!exists && !(await authorizer.isAllowed(ANONYMOUS, "s3:ListBucket", bucketArn)))) {
    throw new AwsError(403, "AccessDenied", "Access Denied");
  }
  return getObject(s3, {
    operation: "GetObject",
    bucket,
    key,
    request: { ...request, query: new URLSearchParams() },
  });
}

/** The bucket's error document under the error's status, or a page that says what went wrong. */
async function errorAnswer(
  parts: WebsitesParts,
  bucket: string,
  errorDocument: string | undefined,
  error: AwsError,
  request: AwsRequest,
): Promise<AwsResponse> {
  if (!errorDocument || error.status === 412 || error.status === 416) return errorPage(error);
  try {
    const page = await read(parts, bucket, errorDocument, { ...request, headers: {} });
    return { ...page, status: error.status };
  } catch {
    return errorPage(error);
  }
}

function errorPage({ status, code, message, headers }: AwsError): AwsResponse {
  const lines = [`Code: ${code}`, `Message: ${message}`].map((line) => `<li>${escapeXml(line)}</li>`);
  const body = `<!DOCTYPE html>\n<html><head><title>${status} ${code}</title></head><body><h1>${status} ${code}</h1><ul>${lines.join("")}</ul></body></html>\n`;
  return { status, headers: { ...headers, "content-type": "text/html; charset=utf-8" }, body };
}
