import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Ctrl-C reaches everything in the terminal, and npm passes it on to us once more. */
const SAME_KEY_PRESS_MS = 500;

/** Somebody asked the run to end. */
export class Interruption extends Error {
  override name = "Interruption";
  /** As shells count: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP. */
  readonly exitStatus: number;
  constructor(signal: (typeof SIGNALS)[number]) {
    super(`Interrupted by ${signal}.`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/** The interruption that an error is, or holds among others. */
export function interruptionIn(error: unknown): Interruption | undefined {
  if (error instanceof Interruption) return error;
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [];
  return errors.map(interruptionIn).find((found) => found !== undefined);
}

/** Signals to this process, turned into an abort. */
export interface Interruptible {
  /** Aborted, with an {@link Interruption} as reason, by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  close(): void;
}

/** Turns the first Ctrl-C, SIGTERM or SIGHUP into an abort; a second one ends the process at once. */
export function watchSignals(): Interruptible {
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

/** What the work comes to, or the signal's reason as soon as it is aborted; nobody waits for the work then. */
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
