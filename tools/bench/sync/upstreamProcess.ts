import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ServedFile, type ServedFiles, SURVEYS } from "@data-quest/local-sources/servedFolder";
import { startSourceServer } from "@data-quest/local-sources/server";
import { serve } from "../shared/helperProcess";
import { type BenchFile, generateContent, MODIFIED, SURVEY } from "./files";

/** What an upstream was asked since it was last looked at. */
export interface UpstreamCounts {
  /** Answered requests by HTTP method. */
  requests: Record<string, number>;
  /** What it sent: bodies and headers. */
  bytes: number;
}

/** Up to here contents are kept in memory, so that making them costs no one time; larger files are never held. */
const KEPT_BYTES = 32 * 1024 * 1024;

let counts: UpstreamCounts = { requests: {}, bytes: 0 };

/** What {@link HelperProcess} can ask of this file's process. */
const methods = {
  /** Serves the files as the survey's folder. @returns the address that the surveys' folders are below. */
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

/** Node's own news of an answer that was handed to the system; connections are used for several. */
function count(message: unknown): void {
  const { request, socket } = message as { request: IncomingMessage; socket: Socket };
  const { method = "" } = request;
  counts.requests[method] = (counts.requests[method] ?? 0) + 1;
  counts.bytes += socket.bytesWritten - (written.get(socket) ?? 0);
  written.set(socket, socket.bytesWritten);
}

serve(methods);
