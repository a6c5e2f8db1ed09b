import type { ServedFile } from "./servedFolder";

/** An HTTP response that has not been sent yet. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** The bytes before any compression. */
  content: ServedFile["content"];
  /** Bytes. */
  size: number;
}

/** A reply with text of any type. */
export function textReply(status: number, body: string, headers: Record<string, string>): Reply {
  const content = Buffer.from(body);
  return { status, headers, content, size: content.length };
}

/** A reply with an HTML page. */
export function htmlReply(status: number, html: string, headers: Record<string, string> = {}): Reply {
  return textReply(status, html, { "Content-Type": "text/html; charset=UTF-8", ...headers });
}

/** A small page with a status and a sentence, like IIS's error pages. */
export function errorReply(status: number, sentence: string, headers: Record<string, string> = {}): Reply {
  const escaped = sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return htmlReply(
    status,
    `<html><head><title>${status}</title></head><body><h1>${escaped}</h1></body></html>`,
    headers,
  );
}
