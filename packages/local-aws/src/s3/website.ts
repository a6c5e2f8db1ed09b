import { AwsError, type AwsRequest, type AwsResponse, escapeXml } from "../awsProtocol";
import { type BucketWebsite, CloudError } from "../cloud";
import { type LocalServer, listen } from "../httpServer";

/** The source of a website's pages. */
export interface WebsiteContent {
  /** The bucket's website configuration; null if it is not set. */
  websiteOf(bucket: string): Promise<BucketWebsite | null>;
  /**
   * The object, or the part of it that the headers request, as served to an anonymous reader.
   *
   * @throws AwsError as S3 would return to that reader.
   */
  read(bucket: string, key: string, request: AwsRequest): Promise<AwsResponse>;
  /** Whether the object exists, even if it is not readable. */
  exists(bucket: string, key: string): Promise<boolean>;
}

/** S3's website endpoints: one server per bucket, for the objects that the bucket's policy lets everybody read. */
export class Websites {
  readonly #content: WebsiteContent;
  readonly #servers = new Map<string, LocalServer>();

  constructor(content: WebsiteContent) {
    this.#content = content;
  }

  /** Starts serving the bucket, unless it is already served. */
  async open(bucket: string): Promise<void> {
    if (!this.#servers.has(bucket))
      this.#servers.set(bucket, await listen((request) => serve(this.#content, bucket, request)));
  }

  async shut(bucket: string): Promise<void> {
    const server = this.#servers.get(bucket);
    this.#servers.delete(bucket);
    await server?.close();
  }

  /** @throws CloudError if the bucket has no website configuration. */
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
async function serve(content: WebsiteContent, bucket: string, request: AwsRequest): Promise<AwsResponse> {
  const website = await content.websiteOf(bucket);
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
    const path = decodePath(request.path);
    if (path === "" || path.endsWith("/"))
      return await content.read(bucket, path + website.indexDocument, request);
    return await readOrRedirect(content, bucket, path, website.indexDocument, request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return errorAnswer(content, bucket, website.errorDocument, error, request);
  }
}

/** The key in a request's path. @throws AwsError `InvalidURI`. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch (error) {
    throw new AwsError(400, "InvalidURI", String(error));
  }
}

/** The object; if it does not exist, a redirect to the folder of that name, provided that it has an index document. */
async function readOrRedirect(
  content: WebsiteContent,
  bucket: string,
  key: string,
  indexDocument: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  try {
    return await content.read(bucket, key, request);
  } catch (error) {
    if (!(await content.exists(bucket, `${key}/${indexDocument}`))) throw error;
    return { status: 302, headers: { location: `${request.path}/` } };
  }
}

/** The bucket's error document with the error's status, or by default a page that describes the error. */
async function errorAnswer(
  content: WebsiteContent,
  bucket: string,
  errorDocument: string | undefined,
  error: AwsError,
  request: AwsRequest,
): Promise<AwsResponse> {
  if (!errorDocument || error.status === 412 || error.status === 416) return errorPage(error);
  try {
    const page = await content.read(bucket, errorDocument, { ...request, headers: {} });
    return { ...page, status: error.status };
  } catch (second) {
    if (!(second instanceof AwsError)) throw second;
    return errorPage(error);
  }
}

function errorPage({ status, code, message, headers }: AwsError): AwsResponse {
  const lines = [`Code: ${code}`, `Message: ${message}`].map((line) => `<li>${escapeXml(line)}</li>`);
  const body = `<!DOCTYPE html>\n<html><head><title>${status} ${code}</title></head><body><h1>${status} ${code}</h1><ul>${lines.join("")}</ul></body></html>\n`;
  return { status, headers: { ...headers, "content-type": "text/html; charset=utf-8" }, body };
}
