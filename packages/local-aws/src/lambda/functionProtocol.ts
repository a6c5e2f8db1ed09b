/** One invocation, sent to a function's process. */
export interface Invoke {
  requestId: string;
  /** JSON. */
  payload: string;
  /** When the process will be killed, in milliseconds since 1970. */
  deadline: number;
  functionArn: string;
}

/** An error as it crosses the process boundary. */
export interface FunctionFault {
  name: string;
  message: string;
  stack: string;
}

/** Sent by a function's process: first one `ready` or `initFailed`, then one answer per {@link Invoke}. */
export type FromFunction =
  | { type: "ready" }
  | { type: "initFailed"; error: FunctionFault }
  | { type: "succeeded"; payload: string; peakBytes: number }
  | { type: "failed"; error: FunctionFault; peakBytes: number }
  | { type: "outOfMemory" };
