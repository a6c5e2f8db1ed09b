import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import type { SyncSummary } from "../../../functions/dataset/sync";
import { type Crossing, type Gate, startRelay } from "../../support/relay";
import { SyncFunction, type Vintage } from "./lambda";

const OLD: Vintage = { "pr.kept": "kept\r\n", "pr.changed": "as it was\r\n", "pr.removed": "removed\r\n" };
const NEW: Vintage = { "pr.kept": "kept\r\n", "pr.changed": "as it is\r\n", "pr.added": "added\r\n" };
/** Both have the same length: otherwise a run with the earlier listing would rightly refuse the later file. */
const NEWER: Vintage = { ...NEW, "pr.changed": "changed2\r\n" };

const OVERLAPS = 5;
const MAX_DELAY_MS = 40;
/** Upstream changes after this many requests from both runs: one may read the listing before, the other after. */
const CHANGE_AT = 4;

const OPEN: Gate = async () => true;
const isUpload = ({ method, path }: Crossing) => method === "PUT" && path.includes("/pr.changed");
const isManifest = ({ method, path }: Crossing) =>
  method === "PUT" && path.includes("/bls-") && !path.includes("/reports/");

/** A process of the function, with its own gate in front of all its requests. */
interface Worker {
  gate: Gate;
  /** Syncs the survey; throws if the sync failed. */
  run(survey: string): Promise<SyncSummary>;
  close(): Promise<void>;
}

describe("two processes of the sync at once", function () {
  this.timeout(60_000);
  let sync: SyncFunction;
  let one: Worker;
  let other: Worker;

  before(async () => {
    sync = await SyncFunction.start();
    [one, other] = await Promise.all([startWorker(), startWorker()]);
  });

  beforeEach(() => {
    one.gate = OPEN;
    other.gate = OPEN;
  });

  after(async () => {
    await Promise.all([one.close(), other.close()]);
    await sync.close();
  });

  async function startWorker(): Promise<Worker> {
    const { s3, upstream } = sync.addresses;
    const through: Gate = (moment, crossing) => worker.gate(moment, crossing);
    const [toS3, toUpstream] = await Promise.all([startRelay(s3, through), startRelay(upstream, through)]);
    const process = sync.launch({ s3: toS3.address, upstream: toUpstream.address });
    const worker: Worker = {
      gate: OPEN,
      async run(survey) {
        const outcome = await sync.run(process, survey);
        if ("fault" in outcome) throw new Error(outcome.fault.message);
        return JSON.parse(outcome.payload);
      },
      async close() {
        await process.stop();
        await Promise.all([toS3.close(), toUpstream.close()]);
      },
    };
    return worker;
  }

  /** Mirrors the old files, then serves the new ones. */
  async function prepare(survey: string): Promise<void> {
    sync.serve(survey, OLD, new Date("2026-01-05T13:30:00Z"));
    await one.run(survey);
    sync.serve(survey, NEW, new Date("2026-02-05T13:30:00Z"));
  }

  const changeOnceMore = (survey: string) => sync.serve(survey, NEWER, new Date("2026-02-05T14:30:00Z"));

  /** Starts a run, and holds its upload back; upstream changes again after the run read it. */
  async function startLate(survey: string) {
    await prepare(survey);
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const manifestDone = Promise.withResolvers<void>();
    one.gate = async (moment, crossing) => {
      if (moment === "before" && isUpload(crossing)) {
        reached.resolve();
        await release.promise;
      }
      if (moment === "after" && isManifest(crossing)) manifestDone.resolve();
      return true;
    };
    const ended = one.run(survey);
    await reached.promise;
    changeOnceMore(survey);
    return { ended, release: release.resolve, manifestDone: manifestDone.promise };
  }

  it("keep the newer file if the run with the older listing uploads last and finishes last", async () => {
    const late = await startLate("la");
    await other.run("la");
    late.release();
    await late.ended;
    await sync.expectConverged("la", NEWER);
  });

  it("keep the newer file if the run with the older listing uploads last and finishes first", async () => {
    const late = await startLate("lb");
    other.gate = async (moment, crossing) => {
      if (moment === "after" && isUpload(crossing)) late.release();
      if (moment === "before" && isManifest(crossing)) await late.manifestDone;
      return true;
    };
    await Promise.all([other.run("lb"), late.ended]);
    await sync.expectConverged("lb", NEWER);
  });

  /** Delays every request and every answer, by random times from the seed. */
  function delaying(seed: number, atChange: () => void): Gate {
    const delays = fc.sample(fc.nat(MAX_DELAY_MS), { seed, numRuns: 200 });
    let requests = 0;
    let crossings = 0;
    return async (moment) => {
      if (moment === "before" && ++requests === CHANGE_AT) atChange();
      await sleep(delays[crossings++ % delays.length]);
      return true;
    };
  }

  for (let seed = 1; seed <= OVERLAPS; seed++) {
    it(`both succeed while upstream changes, with delays from seed ${seed}, and the next run finds nothing to do`, async () => {
      const survey = `o${String.fromCharCode(96 + seed)}`;
      await prepare(survey);
      const gate = delaying(seed, () => changeOnceMore(survey));
      one.gate = gate;
      other.gate = gate;
      await Promise.all([one.run(survey), other.run(survey)]);

      one.gate = OPEN;
      await one.run(survey);
      await sync.expectConverged(survey, NEWER);
      const before = await sync.versions(survey);
      const nothing = { added: [], updated: [], removed: [], unchanged: 3 };
      expect(await one.run(survey)).to.deep.equal(nothing);
      expect(await sync.versions(survey)).to.deep.equal(before);
    });
  }
});
