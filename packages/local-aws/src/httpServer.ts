import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { AwsRequest, AwsResponse, RequestHead } from "./awsProtocol";

/** A server on 127.0.0.1, reachable from this machine only. */
export interface LocalServer {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Starts a server that reads each request and answers it with the result of `handle`.
 *
 * @param handle must not throw: an error is a bug and is answered with status 500.
 */
export function listen(handle: (request: AwsRequest) => Promise<AwsResponse>): Promise<LocalServer> {
  return listenForHeads(async (head, content) => handle({ ...head, body: await buffer(content) }));
}

/**
 * Like {@link listen}, with the request's body as a stream.
 *
 * @param port 0 for any free port.
 */
export async function listenForHeads(
  handle: (head: RequestHead, content: Readable) => Promise<AwsResponse>,
  port = 0,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    handle(headOf(request), request)
      .then((answer) => send(request, response, answer))
      .catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else
          response
            .writeHead(500, { "content-type": "text/plain" })
            .end(`Defect in the local cloud: ${String(error)}`);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => close(server),
  };
}

function headOf(message: IncomingMessage): RequestHead {
  const [path = "/", query = ""] = (message.url ?? "/").split(/\?(.*)/s, 2);
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    [value ?? ""].flat().join(","),
  ]);
  return {
    method: message.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
  };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = "" }: AwsResponse,
): Promise<void> {
  const hasLength =
    "content-length" in headers || status === 204 || status === 304 || body instanceof Readable;
  response.writeHead(status, {
    ...headers,
    ...(!hasLength && { "content-length": String(Buffer.byteLength(body)) }),
  });
  const isShown = request.method !== "HEAD";
  if (!(body instanceof Readable)) response.end(isShown ? body : undefined);
  else if (isShown) await pipeline(body, response);
  else {
    body.destroy();
    response.end();
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
