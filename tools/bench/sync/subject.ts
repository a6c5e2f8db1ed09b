import type { ProcessCost } from "../shared/measuredProcess";
import type { StandIns } from "./standIns";

/** A program that can make a bucket equal to the upstream. */
export interface Subject {
  /** With its version, e.g. `rclone 1.60.1`. */
  name: string;
  /** What a reader has to know of how it was run. */
  remark: string;
  /** Below what its copies are, e.g. `raw/bls/pr/`. */
  prefix: string;
  /** Syncs once, in a process of its own. @throws Error when it fails. */
  sync(bucket: string, standIns: StandIns): Promise<SyncCost>;
}

export interface SyncCost extends ProcessCost {
  /** Milliseconds within the handler, where there is one: what is left when the process is warm. */
  handlerMs?: number;
}

/** A subject that is not on this machine; the message says what it is and how to install it. */
export class MissingSubject extends Error {
  override name = "MissingSubject";
}
