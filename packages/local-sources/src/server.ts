import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type FaultControl, Faults } from "./faults";
import { send } from "./reply";
import { answers, decodePath, POPULATION_PATH } from "./routes";
import { inMemory, type SourceFiles, type SourceFolder, SURVEYS } from "./source";

/** The two public sources, wherever they are. */
export interface Sources {
  /** Address of the folder of BLS's surveys, with `/` at its end: `…/pub/time.series/`. */
  readonly blsUrl: string;
  /** Full address of the population, query included. */
  readonly populationUrl: string;
  /** The directory that it serves, as it was given; absent for a sample or an address. */
  readonly directory?: string;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** An upstream served by this process. */
export interface SourceServer extends Sources {
  /** Every request that was answered, in the order of the answers. */
  readonly requests: readonly RequestRecord[];
  /** Misbehaviour on request. */
  readonly faults: FaultControl;
}

export interface RequestRecord {
  method: string;
  /** As the client sent it, with the query. */
  path: string;
  status: number;
  userAgent: string;
  /** Why the reply could not be sent in full: the client went away, or the content had fewer bytes than its size. */
  failure?: unknown;
}

export interface SourceServerOptions {
  /** Compress what the client accepts as gzip, as download.bls.gov may; off by default. */
  gzip?: boolean;
}

/**
 * Starts a server on 127.0.0.1, on a free port, that looks like download.bls.gov below `/pub/time.series/` (HTML
 * listings, 403 without a contact, `If-None-Match` ignored) and like DataUSA's API at its path.
 */
export async function startSourceServer(
  from: SourceFolder | SourceFiles,
  options: SourceServerOptions = {},
): Promise<SourceServer> {
  const answer = answers(from instanceof Map ? inMemory(from) : from);
  const faults = new Faults();
  const requests: RequestRecord[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "/", headers } = request;
    const fault = faults.meet(decodePath(url)?.join("/") ?? url);
    const reply = await answer(request, fault);
    const record: RequestRecord = {
      method,
      path: url,
      status: reply.status,
      userAgent: headers["user-agent"] ?? "",
    };
    requests.push(record);
    const asked = options.gzip === true && /\bgzip\b/.test(headers["accept-encoding"] ?? "");
    const gzip = (asked && reply.status === 200) || fault?.kind === "gzip";
    try {
      await send(reply, response, { headersOnly: method === "HEAD", gzip, fault });
    } catch (error) {
      // The client has gone, or the content broke off and the client has to be told, which only cutting it off does.
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
