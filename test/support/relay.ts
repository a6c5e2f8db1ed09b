import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request on its way through a relay. */
export interface Crossing {
  /** e.g. `PUT`. */
  method: string;
  /** Including the query. */
  path: string;
}

/** Before the server receives the request, or after it has handled it. */
export type Moment = "before" | "after";

/**
 * Called twice per request. Resolve with true to let it continue. Resolve with false to cut it off: then the server
 * never receives the request, or the client never receives the answer.
 */
export type Gate = (moment: Moment, crossing: Crossing) => Promise<boolean>;

/** Forwards requests to a server on 127.0.0.1 unchanged, `Host` included, so that signatures stay valid. */
interface Relay {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly address: string;
  /** Waits for open requests, then stops the relay. */
  close(): Promise<void>;
}

/** Starts a relay in front of a server. The relay buffers whole bodies. */
export async function startRelay(target: string, gate: Gate): Promise<Relay> {
  const open = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const crossing = cross(target, gate, request, response)
      // Cut the connection, so that a client does not wait for an answer that never comes.
      .catch(() => void response.destroy())
      .finally(() => open.delete(crossing));
    open.add(crossing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      while (open.size > 0) await Promise.all(open);
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function cross(target: string, gate: Gate, request: IncomingMessage, response: ServerResponse) {
  const { method = "GET", url: path = "/", headers } = request;
  const crossing = { method, path };
  const body = await buffer(request);
  if (!(await gate("before", crossing))) return void response.destroy();
  const forwarded = sendRequest(new URL(path, target), { method, headers });
  forwarded.end(body);
  const [answer] = (await once(forwarded, "response")) as [IncomingMessage];
  const content = await buffer(answer);
  if (!(await gate("after", crossing))) return void response.destroy();
  response.writeHead(answer.statusCode ?? 500, answer.headers).end(method === "HEAD" ? undefined : content);
}
