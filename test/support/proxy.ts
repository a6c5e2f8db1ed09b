import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { pipeline } from "node:stream";

/** A forward proxy on 127.0.0.1, like a company's: takes absolute addresses for HTTP, and `CONNECT` for the rest. */
export interface TestProxy {
  /** e.g. `http://127.0.0.1:3128`. */
  readonly address: string;
  /** The requests in order: `GET http://host/path` or `CONNECT host:port`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy.
 *
 * @param ports port on 127.0.0.1 for each host name; requests for other hosts are answered with 502.
 */
export async function startProxy(ports: Readonly<Record<string, number>>): Promise<TestProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "", headers } = incoming;
    requests.push(`${method} ${url}`);
    const { hostname, pathname, search } = new URL(url);
    const port = ports[hostname];
    if (port === undefined) return void response.writeHead(502).end();
    const forwarded = request({
      host: "127.0.0.1",
      port,
      method,
      path: pathname + search,
      headers,
      agent: false,
    });
    forwarded.on("error", () => response.destroy());
    forwarded.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(incoming, forwarded, () => {});
  }

  function tunnel({ url = "" }: IncomingMessage, client: Socket): void {
    requests.push(`CONNECT ${url}`);
    const port = ports[url.split(":")[0] ?? ""];
    if (port === undefined) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const target = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      pipeline(client, target, client, () => {});
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
  }

  const server = createServer(forward);
  server.on("connect", tunnel);
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
