import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A Ctrl-C arrives twice: the terminal signals all its processes, and npm forwards its own signal. */
const SAME_KEY_PRESS_MS = 500;

/** A signal asked the run to end. */
export class Interruption extends Error {
  override name = "Interruption";
  /** The status that shells report: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP. */
  readonly exitStatus: number;
  constructor(signal: (typeof SIGNALS)[number]) {
    super(`Interrupted by ${signal}.`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/** The error itself if it is an interruption, or the first interruption in an AggregateError. */
export function findInterruption(error: unknown): Interruption | undefined {
  if (error instanceof Interruption) return error;
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [];
  return errors.map(findInterruption).find((found) => found !== undefined);
}

interface SignalWatch {
  /** Aborted by the first signal, with an {@link Interruption} as its reason. */
  readonly signal: AbortSignal;
  /** Restores the default handling of signals. */
  close(): void;
}

/** Turns the first Ctrl-C, SIGTERM or SIGHUP into an abort; a second one ends the process at once. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = (signal: (typeof SIGNALS)[number]) => {
    const interruption = new Interruption(signal);
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort(interruption);
    } else if (performance.now() - firstAt > SAME_KEY_PRESS_MS) {
      process.exit(interruption.exitStatus);
    }
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    close() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}

/** Returns the work's result. If the signal aborts first, rejects with its reason and does not wait for the work. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
