import { setTimeout as sleep } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import pThrottle from "p-throttle";
import { ContentCodingError, corruption } from "./contentCoding";
import { messageOf } from "./errors";
import { type HttpAnswer, httpGet } from "./httpGet";

/** An upstream could not be read; the message gives the address, the answer, and what to do. */
export class UpstreamError extends Error {
  override name = "UpstreamError";
}

/** Reads an answer's body. Called again with a new body if the first one was cut off. */
type ReadBody<T> = (body: AsyncIterable<Uint8Array>) => Promise<T>;

/** Sends requests to one upstream, within its limits. */
export type UpstreamClient = <T>(address: string, read: ReadBody<T>) => Promise<T>;

/** Limits for requests to an upstream. The defaults suit a public server that others use too. */
export interface UpstreamClientOptions {
  /** E-mail address for the `User-Agent`; without one BLS answers 403. */
  contact: string;
  /** Aborts all requests, including those in progress. */
  signal?: AbortSignal;
  /** Requests beyond this rate wait. */
  requestsPerSecond?: number;
  /** Number of tries after the first. */
  retries?: number;
  /** Pause before the second try. Doubles with each try, up to 16 times this value, plus jitter. */
  retryDelayMs?: number;
  /** If a `Retry-After` asks for more, the request fails; the next run tries again. */
  maxRetryAfterMs?: number;
  /** A try ends if nothing arrives for this long. */
  idleTimeoutMs?: number;
}

/**
 * Creates a client for an upstream. Its requests name the contact and are limited per second. Temporary failures (429,
 * 5xx, a connection that breaks or stalls, a body that is cut off) are retried with growing pauses, or after the
 * time that `Retry-After` asks for. Other failures are final, including a body that cannot be decoded.
 *
 * Requests throw UpstreamError with the last failure as its cause.
 */
export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { contact, signal, requestsPerSecond = 20, retries = 4, retryDelayMs = 500 } = options;
  const { maxRetryAfterMs = 30_000, idleTimeoutMs = 30_000 } = options;
  const throttle = pThrottle({ limit: requestsPerSecond, interval: 1000, ...(signal && { signal }) });
  const turn = throttle(async () => {});

  async function requestOnce<T>(address: string, read: ReadBody<T>): Promise<T> {
    await turn();
    const silence = new AbortController();
    const timer = setTimeout(
      () => silence.abort(new UpstreamError(`${address} sent nothing for ${idleTimeoutMs / 1000} seconds.`)),
      idleTimeoutMs,
    );
    const ended = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    try {
      // Redirects are not followed, because they could lead to any host: if an upstream moves, its setting must change.
      const headers = { "User-Agent": `data-quest (${contact})`, Accept: "*/*" };
      const answer = await httpGet(address, headers, ended);
      if (answer.status >= 200 && answer.status < 300) return await read(bodyOf(answer, timer));
      answer.body.destroy();
      throw refusal(address, answer, contact);
    } catch (error) {
      // Node's own error does not say why it was aborted.
      if (ended.aborted) throw ended.reason;
      throw error instanceof ContentCodingError ? undecodable(address, error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  return async (address, read) => {
    try {
      return await pRetry(() => requestOnce(address, read), {
        retries,
        minTimeout: retryDelayMs,
        maxTimeout: 16 * retryDelayMs,
        randomize: true,
        ...(signal && { signal }),
        async onFailedAttempt({ error, retriesLeft }) {
          if (error instanceof BusyError && retriesLeft > 0) await error.wait(maxRetryAfterMs, signal);
        },
      });
    } catch (error) {
      if (signal?.aborted) {
        throw new UpstreamError(
          `${address} did not answer in the time that this run has; the next run tries again.`,
          {
            cause: error,
          },
        );
      }
      if (error instanceof UpstreamError) throw error;
      throw new UpstreamError(`${address} could not be read: ${messageOf(error)}`, { cause: error });
    }
  };
}

/**
 * The answer's body; each chunk restarts the timer.
 *
 * @throws ContentCodingError if the body is not in the coding that its header names.
 */
async function* bodyOf({ body, headers }: HttpAnswer, timer: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    throw corruption(error, headers["content-encoding"]) ?? error;
  }
}

/** The error for a body that cannot be decoded: the server would send the same bytes again, so it is final. */
function undecodable(address: string, error: ContentCodingError): AbortError {
  return new AbortError(new UpstreamError(`${address} ${error.message}`, { cause: error }));
}

/** The error for an answer other than success: BusyError if it should be retried, AbortError if it is final. */
function refusal(address: string, { status, statusText, headers }: HttpAnswer, contact: string): Error {
  const answered = `${address} answered ${status} ${statusText}`.trim();
  if (status === 403) {
    return new AbortError(
      new UpstreamError(`${answered}: it may refuse the contact in the User-Agent, '${contact}'.`),
    );
  }
  if (status >= 300 && status < 400) {
    return new AbortError(
      new UpstreamError(`${answered}: it moved to ${headers.location}; set its new address in the settings.`),
    );
  }
  if (status === 429 || status >= 500) return new BusyError(`${answered}.`, headers["retry-after"]);
  return new AbortError(new UpstreamError(`${answered}.`));
}

/** The upstream cannot answer now, and may say when to try again. */
class BusyError extends UpstreamError {
  constructor(
    message: string,
    private readonly retryAfter: string | undefined,
  ) {
    super(message);
  }

  /**
   * Waits as long as `Retry-After` asks (seconds or a date).
   *
   * @throws UpstreamError if that is longer than the limit.
   */
  async wait(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.retryAfter === undefined) return;
    const seconds = Number(this.retryAfter);
    const ms = Number.isNaN(seconds) ? Date.parse(this.retryAfter) - Date.now() : seconds * 1000;
    if (ms > limitMs) {
      const asked = `asks to wait ${Math.ceil(ms / 1000)} seconds, too long for this run`;
      throw new UpstreamError(`${this.message} It ${asked}; the next run tries again.`);
    }
    if (ms > 0) await sleep(ms, undefined, { ...(signal && { signal }) });
  }
}
