import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { pipeline as chain, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { createGzip } from "node:zlib";
import type { Fault } from "./faults";
import type { Reply } from "./reply";

/** How to send a reply. */
interface Delivery {
  /** Only the headers, as `HEAD` asks for. */
  headersOnly: boolean;
  gzip: boolean;
  fault?: Fault | undefined;
}

/**
 * Sends a reply, with the fault applied if there is one; resolves when nothing more will be sent. The body is streamed, so
 * a file of any size takes only the memory of a few chunks.
 */
export async function sendReply(reply: Reply, response: ServerResponse, delivery: Delivery): Promise<void> {
  const { headersOnly, gzip, fault } = delivery;
  const clientLeft = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) clientLeft.abort();
  });
  if (fault?.kind === "slow") await setTimeout(fault.ms, undefined, { signal: clientLeft.signal });

  const half = Math.floor(reply.size / 2);
  const announced = fault?.kind === "truncated" ? half : reply.size;
  const label = fault?.kind === "gzip" || fault?.kind === "mislabelled" ? fault.as : undefined;
  const coding = label ?? (gzip ? "gzip" : undefined);
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(coding !== undefined && { "Content-Encoding": coding, Vary: "Accept-Encoding" }),
    ...(!gzip && { "Content-Length": announced }),
  });
  if (headersOnly) {
    response.end();
    return;
  }

  const breakage = fault && isBreakage(fault.kind) ? fault.kind : undefined;
  const body = Readable.from(firstBytes(reply, breakage === undefined ? announced : half));
  const options = { signal: clientLeft.signal, end: breakage === undefined };
  await pipeline(gzip ? compress(body, fault) : body, response, options);
  if (breakage !== undefined) await breakConnection(response, breakage);
}

/** The body as gzip, with the fault applied. */
function compress(body: Readable, fault: Fault | undefined): Readable {
  const gzipFault = fault?.kind === "gzip" ? fault : undefined;
  let coded = body;
  for (let time = 0; time < (gzipFault?.times ?? 1); time++) coded = chain(coded, createGzip(), () => {});
  return gzipFault?.cut ? Readable.from(withoutTrailer(coded)) : coded;
}

/** Everything but the checksum and the length at the end of a gzip stream. */
async function* withoutTrailer(coded: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  for await (const chunk of coded) {
    held = Buffer.concat([held, chunk]);
    yield held.subarray(0, -GZIP_TRAILER_BYTES);
    held = held.subarray(-GZIP_TRAILER_BYTES);
  }
}

/** RFC 1952, 2.3.1. */
const GZIP_TRAILER_BYTES = 8;

type Breakage = "reset" | "short" | "stall";

function isBreakage(kind: Fault["kind"]): kind is Breakage {
  return kind === "reset" || kind === "short" || kind === "stall";
}

/** Abandons a client in the middle of a body, after it has received everything sent so far. */
async function breakConnection(response: ServerResponse, breakage: Breakage): Promise<void> {
  const { socket } = response;
  if (socket === null || response.closed) return;
  const closed = once(response, "close");
  await new Promise((flushed) => socket.write("", flushed));
  if (breakage === "reset") socket.resetAndDestroy();
  if (breakage === "short") socket.end();
  await closed;
}

/**
 * Exactly this many bytes from the beginning of the content.
 *
 * @throws Error if there are fewer: the client, which waits for the rest, has to be cut off.
 */
async function* firstBytes({ content }: Reply, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of content instanceof Uint8Array ? [content] : content()) {
    if (left === 0) return;
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= part.length;
    yield part;
  }
  if (left > 0) throw new Error(`The content ended ${left} bytes short of the ${bytes} announced.`);
}
