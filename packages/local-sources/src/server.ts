import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type FaultControl, Faults } from "./faults";
import { POPULATION_PATH } from "./populationApi";
import { createResponder, decodePath } from "./responder";
import { sendReply } from "./sendReply";
import { memoryFolder, type ServedFiles, type ServedFolder, SURVEYS } from "./servedFolder";

/** The addresses of the two sources, public or local. */
export interface Sources {
  /** Address of the folder with BLS's surveys, with a trailing `/`: `…/pub/time.series/`. */
  readonly blsUrl: string;
  /** Full address of the population, query included. */
  readonly populationUrl: string;
  /** The directory that is served, as the caller gave it; absent for a sample or an address. */
  readonly directory?: string;
  /** Stops the server, if one was started. */
  close(): Promise<void>;
}

/** Both sources, served by this process. */
export interface SourceServer extends Sources {
  /** Every answered request, in the order of the responses. */
  readonly requests: readonly RequestRecord[];
  /** Makes the server misbehave. */
  readonly faults: FaultControl;
}

/** A request that a source server answered. */
interface RequestRecord {
  method: string;
  /** As the client sent it, with the query. */
  path: string;
  status: number;
  userAgent: string;
  /** Why the reply was not sent in full: the client left, or the content had fewer bytes than its size. */
  failure?: unknown;
}

export interface SourceServerOptions {
  /** Compress with gzip if the client accepts it, as download.bls.gov may; off by default. */
  gzip?: boolean;
}

/**
 * Starts a server on 127.0.0.1, on a free port. Below `/pub/time.series/` it behaves like download.bls.gov (HTML
 * listings, 403 without a contact, `If-None-Match` ignored), and at its path like DataUSA's API.
 */
export async function startSourceServer(
  content: ServedFolder | ServedFiles,
  options: SourceServerOptions = {},
): Promise<SourceServer> {
  const respond = createResponder(content instanceof Map ? memoryFolder(content) : content);
  const faults = new Faults();
  const requests: RequestRecord[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "/", headers } = request;
    const fault = faults.next(decodePath(url)?.join("/") ?? url);
    const reply = await respond(request, fault);
    const record: RequestRecord = {
      method,
      path: url,
      status: reply.status,
      userAgent: headers["user-agent"] ?? "",
    };
    requests.push(record);
    const acceptsGzip = options.gzip === true && /\bgzip\b/.test(headers["accept-encoding"] ?? "");
    const gzip = (acceptsGzip && reply.status === 200) || fault?.kind === "gzip";
    try {
      await sendReply(reply, response, { headersOnly: method === "HEAD", gzip, fault });
    } catch (error) {
      // The client left, or the content ended early. Only a broken connection tells the client about the latter.
      record.failure = error;
      response.destroy();
    }
  }

  const server = createServer(handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    blsUrl: `${origin}/${SURVEYS}/`,
    populationUrl: `${origin}/${POPULATION_PATH}`,
    requests,
    faults,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
