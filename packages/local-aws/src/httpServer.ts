import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AwsRequest, AwsResponse } from "./awsProtocol";

/** A server on 127.0.0.1, reachable from this machine only. */
export interface LocalServer {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Answers every request with what `handle` makes of it.
 *
 * @param handle must not throw: what it throws is a defect, told to the client as a 500.
 * @param port 0 for any free one.
 */
export async function listen(
  handle: (request: AwsRequest) => Promise<AwsResponse>,
  port = 0,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    readRequest(request)
      .then(handle)
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

async function readRequest(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const [path = "/", query = ""] = (message.url ?? "/").split(/\?(.*)/s, 2);
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(",") : (value ?? ""),
  ]);
  return {
    method: message.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: AwsResponse,
): void {
  const length =
    headers["content-length"] ??
    (status === 204 || status === 304 ? undefined : String(Buffer.byteLength(body ?? "")));
  response.writeHead(status, { ...headers, ...(length !== undefined && { "content-length": length }) });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
