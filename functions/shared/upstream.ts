import { setTimeout as sleep } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";

/** An upstream could not be read; the message says which address, what it answered, and what to do. */
export class UpstreamError extends Error {
  override name = "UpstreamError";
}

/** The longest `Retry-After` that is waited for; an upstream that asks for more is tried again by the next run. */
const MAX_RETRY_AFTER_MS = 30_000;
const RETRIES = 4;
/** How long one request may take, its body included. */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * Requests an address and hands the answer to `read`, which has to consume the body. A passing failure (429, 5xx,
 * connection, cut body, time-out) is tried again with growing pauses, for as long as the upstream asks.
 *
 * @param contact e-mail address that the `User-Agent` names; BLS answers 403 without one.
 * @throws UpstreamError with the last failure as its cause.
 */
export async function requestUpstream<T>(
  address: string,
  contact: string,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  try {
    return await pRetry(() => requestOnce(address, contact, read), {
      retries: RETRIES,
      minTimeout: 500,
      maxTimeout: 8_000,
      randomize: true,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (error instanceof BusyError && retriesLeft > 0) await error.wait();
      },
    });
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    throw new UpstreamError(
      `${address} could not be read: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

async function requestOnce<T>(address: string, contact: string, read: (response: Response) => Promise<T>) {
  const response = await fetch(address, {
    headers: { "User-Agent": `data-quest (${contact})`, Accept: "*/*" },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (response.ok) return read(response);
  await response.body?.cancel();
  const answered = `${address} answered ${response.status} ${response.statusText}`.trim();
  if (response.status === 403) {
    throw new AbortError(
      new UpstreamError(`${answered}: it may refuse the contact in the User-Agent, '${contact}'.`),
    );
  }
  if (response.status !== 429 && response.status < 500)
    throw new AbortError(new UpstreamError(`${answered}.`));
  throw new BusyError(`${answered}.`, response.headers.get("retry-after"));
}

/** The upstream cannot answer now; it may say for how long. */
class BusyError extends UpstreamError {
  constructor(
    message: string,
    private readonly retryAfter: string | null,
  ) {
    super(message);
  }

  /** Waits as long as `Retry-After` asks (seconds or a date), up to the limit. */
  async wait(): Promise<void> {
    if (this.retryAfter === null) return;
    const seconds = Number(this.retryAfter);
    const ms = Number.isNaN(seconds) ? Date.parse(this.retryAfter) - Date.now() : seconds * 1000;
    if (ms > MAX_RETRY_AFTER_MS) throw this;
    if (ms > 0) await sleep(ms);
  }
}
