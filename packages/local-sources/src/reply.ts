import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { pipeline as chain, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { createGzip } from "node:zlib";
import type { Fault } from "./faults";
import type { SourceFile } from "./source";

/** An HTTP answer, decided but not sent. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** The bytes before any compression. */
  content: SourceFile["content"];
  size: number;
}

/** How a reply is to be sent. */
export interface Delivery {
  /** Headers only, as `HEAD` wants it. */
  headersOnly: boolean;
  gzip: boolean;
  fault?: Fault | undefined;
}

/** A page of HTML. */
export function page(status: number, html: string, headers: Record<string, string> = {}): Reply {
  return text(status, html, { "Content-Type": "text/html; charset=UTF-8", ...headers });
}

/** A reply with text of any type. */
export function text(status: number, body: string, headers: Record<string, string>): Reply {
  const content = Buffer.from(body);
  return { status, headers, content, size: content.length };
}

/** A small page with a status and a sentence, such as IIS sends with errors. */
export function errorPage(status: number, sentence: string, headers: Record<string, string> = {}): Reply {
  const escaped = sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return page(
    status,
    `<html><head><title>${status}</title></head><body><h1>${escaped}</h1></body></html>`,
    headers,
  );
}

/**
 * Sends a reply, undisturbed or with what the fault does to its delivery; resolves when nothing more is to be sent.
 * The body is streamed: a file of any size takes the memory of a few chunks.
 */
export async function send(reply: Reply, response: ServerResponse, delivery: Delivery): Promise<void> {
  const { headersOnly, gzip, fault } = delivery;
  const left = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) left.abort();
  });
  if (fault?.kind === "slow") await setTimeout(fault.ms, undefined, { signal: left.signal });

  const half = Math.floor(reply.size / 2);
  const announced = fault?.kind === "truncated" ? half : reply.size;
  const labelled = fault?.kind === "gzip" || fault?.kind === "mislabelled" ? fault.as : undefined;
  const coding = labelled ?? (gzip ? "gzip" : undefined);
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(coding !== undefined && { "Content-Encoding": coding, Vary: "Accept-Encoding" }),
    ...(!gzip && { "Content-Length": announced }),
  });
  if (headersOnly) {
    response.end();
    return;
  }

  const breaks = fault && isBreak(fault.kind) ? fault.kind : undefined;
  const body = Readable.from(exactly(reply, breaks === undefined ? announced : half));
  const options = { signal: left.signal, end: breaks === undefined };
  await pipeline(gzip ? compressed(body, fault) : body, response, options);
  if (breaks !== undefined) await breakOff(response, breaks);
}

/** The body as gzip, with the fault applied. */
function compressed(body: Readable, fault: Fault | undefined): Readable {
  const wanted = fault?.kind === "gzip" ? fault : undefined;
  let coded = body;
  for (let time = 0; time < (wanted?.times ?? 1); time++) coded = chain(coded, createGzip(), () => {});
  return wanted?.cut ? Readable.from(withoutTrailer(coded)) : coded;
}

/** All but the checksum and the length that gzip ends with. */
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

type Break = "reset" | "short" | "stall";

function isBreak(kind: Fault["kind"]): kind is Break {
  return kind === "reset" || kind === "short" || kind === "stall";
}

/** Leaves a client in the middle of a body, after it got what was sent so far. */
async function breakOff(response: ServerResponse, how: Break): Promise<void> {
  const { socket } = response;
  if (socket === null || response.closed) return;
  const closed = once(response, "close");
  await new Promise((flushed) => socket.write("", flushed));
  if (how === "reset") socket.resetAndDestroy();
  if (how === "short") socket.end();
  await closed;
}

/**
 * The first bytes of a content, as many as told.
 *
 * @throws Error when there are fewer: a client that waits for the rest has to be cut off.
 */
async function* exactly({ content }: Reply, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of content instanceof Uint8Array ? [content] : content()) {
    if (left === 0) return;
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= part.length;
    yield part;
  }
  if (left > 0) throw new Error(`The content ended ${left} bytes short of the ${bytes} announced.`);
}
