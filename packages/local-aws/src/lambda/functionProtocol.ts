/** To a function's process: one invocation. */
export interface Invoke {
  requestId: string;
  /** JSON. */
  payload: string;
  /** When it will be killed, milliseconds since 1970. */
  deadline: number;
  functionArn: string;
}

/** An error as it crosses the process boundary. */
export interface FunctionFault {
  name: string;
  message: string;
  stack: string;
}

/** From a function's process; one `ready` or `initFailed`, then one answer for each {@link Invoke}. */
export type FromFunction =
  | { type: "ready" }
  | { type: "initFailed"; error: FunctionFault }
  | { type: "succeeded"; payload: string; peakBytes: number }
  | { type: "failed"; error: FunctionFault; peakBytes: number }
  | { type: "outOfMemory" };
