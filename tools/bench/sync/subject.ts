import type { ProcessCost } from "../shared/measuredProcess";
import type { StandIns } from "./standIns";

/** A program that can sync a bucket with upstream. */
export interface Subject {
  /** With its version, e.g. `rclone 1.60.1`. */
  name: string;
  /** What a reader has to know about how it runs. */
  remark: string;
  /** Prefix of the keys that it writes, e.g. `raw/bls/pr/`. */
  prefix: string;
  /** Syncs once, in a new process. @throws Error if that fails. */
  sync(bucket: string, standIns: StandIns): Promise<SyncCost>;
}

export interface SyncCost extends ProcessCost {
  /** Milliseconds in the handler, if there is one: the cost in a warm process. */
  handlerMs?: number;
}

/** A subject is not installed; the message names it and says how to install it. */
export class MissingSubject extends Error {
  override name = "MissingSubject";
}
