import { once } from "node:events";
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request on its way through a relay. */
export interface Crossing {
  /** e.g. `PUT`. */
  method: string;
  /** With the query. */
  path: string;
}

/** Where a crossing is: before the server has heard of the request, or after it has carried it out. */
export type Moment = "before" | "after";

/**
 * Called with each crossing, twice. It goes on when the promise is resolved with true; otherwise it is cut off: the
 * server never hears of the request, or the client never of the answer.
 */
export type Gate = (moment: Moment, crossing: Crossing) => Promise<boolean>;

/** Stands in front of a server on 127.0.0.1 and passes everything on as it is, `Host` included, so that signatures hold. */
export interface Relay {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly address: string;
  /** Resolves when nothing is on its way any more, and ends the relay. */
  close(): Promise<void>;
}

/** Starts a relay in front of a server. Bodies pass through memory whole. */
export async function startRelay(target: string, gate: Gate): Promise<Relay> {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const crossing = cross(target, gate, request, response)
      // Whoever waits for an answer that does not come has to be told; a client that was killed has left already.
      .catch(() => void response.destroy())
      .finally(() => underWay.delete(crossing));
    underWay.add(crossing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      while (underWay.size > 0) await Promise.all(underWay);
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
  const passedOn = forward(new URL(path, target), { method, headers });
  passedOn.end(body);
  const [answer] = (await once(passedOn, "response")) as [IncomingMessage];
  const content = await buffer(answer);
  if (!(await gate("after", crossing))) return void response.destroy();
  response.writeHead(answer.statusCode ?? 500, answer.headers).end(method === "HEAD" ? undefined : content);
}
