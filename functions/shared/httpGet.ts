import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { decode } from "./contentCoding";

/** An answer whose status and headers have arrived; the caller reads its body, or destroys it. */
export interface HttpAnswer {
  status: number;
  statusText: string;
  headers: http.IncomingHttpHeaders;
  /** Decoded if the request succeeded; otherwise as it was sent. */
  body: Readable;
}

/**
 * Sends a GET request; returns a redirect like any other answer. Does not use `fetch`, which copies every chunk of a
 * body once more: for a large file, copies waiting for the garbage collector took up most of the process's memory.
 *
 * @throws Node's errors if the connection fails or `signal` is aborted; reading the body may throw them too.
 * @throws ContentCodingError if the body is in an unsupported coding, or in too many.
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
