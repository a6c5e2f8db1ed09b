import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ServedFile, type ServedFiles, SURVEYS } from "@data-quest/local-sources/servedFolder";
import { startSourceServer } from "@data-quest/local-sources/server";
import { serve } from "../shared/helperProcess";
import { type BenchFile, generateContent, MODIFIED, SURVEY } from "./files";

/** Requests to upstream since the last count. */
export interface UpstreamCounts {
  /** Answered requests by HTTP method. */
  requests: Record<string, number>;
  /** Bytes sent, in bodies and headers. */
  bytes: number;
}

/** Files up to this size are generated once and kept in memory, which saves time; larger ones are never held. */
const KEPT_BYTES = 32 * 1024 * 1024;

let counts: UpstreamCounts = { requests: {}, bytes: 0 };

/** The methods that {@link HelperProcess} can call. */
const methods = {
  /** Serves the files as the survey's folder. @returns the address of the folder that holds the surveys' folders. */
  async start(files: readonly BenchFile[]): Promise<string> {
    subscribe("http.server.response.finish", count);
    const served: ServedFiles = new Map(
      files.map(({ name, size }) => [`${SURVEYS}/${SURVEY}/${name}`, fileOf(size)]),
    );
    return (await startSourceServer(served)).blsUrl;
  },

  async takeCounts(): Promise<UpstreamCounts> {
    const taken = counts;
    counts = { requests: {}, bytes: 0 };
    return taken;
  },
};

export type UpstreamMethods = typeof methods;

function fileOf(size: number): ServedFile {
  const generate = () => generateContent(size);
  const content = size <= KEPT_BYTES ? Buffer.concat([...generate()]) : generate;
  return { modified: MODIFIED, size, content };
}

const written = new WeakMap<Socket, number>();

/** Called by Node when a response has been handed to the system. A connection serves several responses. */
function count(message: unknown): void {
  const { request, socket } = message as { request: IncomingMessage; socket: Socket };
  const { method = "" } = request;
  counts.requests[method] = (counts.requests[method] ?? 0) + 1;
  counts.bytes += socket.bytesWritten - (written.get(socket) ?? 0);
  written.set(socket, socket.bytesWritten);
}

serve(methods);
