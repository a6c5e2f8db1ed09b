import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { decode } from "./contentCoding";

/** An answer whose status and headers are there; its body is still to be read, or to be destroyed. */
export interface HttpAnswer {
  status: number;
  statusText: string;
  headers: http.IncomingHttpHeaders;
  /** Decoded if the request succeeded; an error's page as it came. */
  body: Readable;
}

/**
 * Asks for an address; redirects are answers like others. Not `fetch`, which copies every chunk of a body once more: of
 * a large file the copies waiting for the garbage collector were most of the process's memory.
 *
 * @throws Error by Node when the connection fails or `signal` is aborted; reading the body may throw one too.
 * @throws ContentCodingError when the body is in an unsupported coding, or in too many.
 */
export async function httpGet(
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const { get } = address.startsWith("https:") ? https : http;
    get(address, { headers: { ...headers, "Accept-Encoding": "gzip" }, signal }, resolve).on("error", reject);
  });
  const { statusCode: status = 0, statusMessage: statusText = "", headers: answered } = response;
  const succeeded = status >= 200 && status < 300;
  return { status, statusText, headers: answered, body: succeeded ? decoded(response) : response };
}

function decoded(response: http.IncomingMessage): Readable {
  try {
    return decode(response, response.headers["content-encoding"]);
  } catch (error) {
    response.destroy();
    throw error;
  }
}
