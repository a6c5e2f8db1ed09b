import type { FunctionEnvironment } from "@data-quest/local-aws/lambda/functionEnvironment";
import { expect } from "chai";
import pMap from "p-map";
import { type Crossing, type Moment, startRelay } from "../../support/relay";
import { SyncFunction, type Vintage } from "./lambda";

/** Number of processes that run at once. */
const CONCURRENCY = 2;

const OLD: Vintage = { "pr.kept": "kept\r\n", "pr.changed": "as it was\r\n", "pr.removed": "removed\r\n" };
const NEW: Vintage = { "pr.kept": "kept\r\n", "pr.changed": "as it is\r\n", "pr.added": "added\r\n" };

const SMALL: Vintage = { "pr.grown": "as it was\r\n" };
/** Two parts of an upload, the last one short. */
const BIG: Vintage = { "pr.grown": "as it is\r\n".repeat(850_000) };

/** A run to kill. */
interface KilledRun {
  /** What the mirror has before the run. */
  mirrored: Vintage | null;
  upstream: Vintage;
  /** The first request to kill it at; by default its first. Earlier ones are covered by another run. */
  from?: (request: Crossing) => boolean;
}

const RUNS: Readonly<Record<string, KilledRun>> = {
  "a first run": { mirrored: null, upstream: OLD },
  "an update run, with an added, a changed and a removed file": { mirrored: OLD, upstream: NEW },
  "an update run, with a file that now goes up in parts": {
    mirrored: SMALL,
    upstream: BIG,
    from: ({ path }) => path.includes("?uploads"),
  },
};

/** The request at which a process is killed, counted from 1. */
interface KillPoint {
  at: number;
  moment: Moment;
}

describe("the sync's process, killed with SIGKILL", function () {
  this.timeout(180_000);
  let sync: SyncFunction;
  let surveys = 0;
  /** Idle processes that are not behind a relay. */
  const undisturbed: FunctionEnvironment[] = [];

  before(async () => {
    sync = await SyncFunction.start();
  });

  after(async () => {
    await Promise.all(undisturbed.map((process) => process.stop()));
    await sync.close();
  });

  for (const [title, { mirrored, upstream, from = () => true }] of Object.entries(RUNS)) {
    it(`at every request of ${title}, before and after the server handles it: the next run converges`, async () => {
      const reference = nextSurvey();
      await prepare(reference, mirrored, upstream);
      const requests = await runUntil(reference, undefined);
      await sync.expectConverged(reference, upstream);
      const expected = await recordOf(reference);

      const first = requests.findIndex(from);
      expect(first).not.to.equal(-1);
      const points = requests.slice(first).flatMap((_, index): KillPoint[] => [
        { at: first + index + 1, moment: "before" },
        { at: first + index + 1, moment: "after" },
      ]);
      const failures: string[] = [];
      const check = async (point: KillPoint) => {
        const survey = nextSurvey();
        await prepare(survey, mirrored, upstream);
        await runUntil(survey, point);
        await runWhole(survey);
        await sync.expectConverged(survey, upstream);
        expect(await recordOf(survey)).to.deep.equal(expected);
      };
      const report = (point: KillPoint) =>
        check(point).catch((error) => failures.push(`${point.moment} request ${point.at}: ${error}`));
      await pMap(points, report, { concurrency: CONCURRENCY });
      const converged = points.length - failures.length;
      console.log(
        `      ${requests.length} requests, ${points.length} kill points, ${converged} converged with the next run`,
      );
      expect(failures).to.deep.equal([]);
    });
  }

  /** A survey for one run only: `aa`, `ab`, … */
  function nextSurvey(): string {
    const number = surveys++;
    return String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26));
  }

  async function prepare(survey: string, mirrored: Vintage | null, upstream: Vintage): Promise<void> {
    if (mirrored !== null) {
      sync.serve(survey, mirrored, new Date("2026-01-05T13:30:00Z"));
      await runWhole(survey);
    }
    sync.serve(survey, upstream, new Date("2026-02-05T13:30:00Z"));
  }

  /** Runs the sync without disturbance. */
  async function runWhole(survey: string): Promise<void> {
    const process = undisturbed.pop() ?? sync.launch(sync.addresses);
    const outcome = await sync.run(process, survey);
    undisturbed.push(process);
    if ("fault" in outcome) throw new Error(`The run that was not killed failed: ${outcome.fault.message}`);
  }

  /** Runs the sync until the kill point, or to its end if none is given. @returns its requests, in order. */
  async function runUntil(survey: string, point: KillPoint | undefined): Promise<Crossing[]> {
    const requests: Crossing[] = [];
    let killed = false;
    let process: FunctionEnvironment | undefined;
    const gate = async (moment: Moment, crossing: Crossing) => {
      if (moment === "before") requests.push(crossing);
      const number = requests.indexOf(crossing) + 1;
      if (point && number === point.at && moment === point.moment) {
        killed = true;
        await process?.stop();
      }
      return !killed;
    };
    const { s3, upstream } = sync.addresses;
    const relays = await Promise.all([startRelay(s3, gate), startRelay(upstream, gate)]);
    process = sync.launch({ s3: relays[0].address, upstream: relays[1].address });
    const outcome = await sync.run(process, survey);
    await process.stop();
    await Promise.all(relays.map((relay) => relay.close()));
    if (point === undefined && "fault" in outcome)
      throw new Error(`The run failed: ${outcome.fault.message}`);
    if (point !== undefined && !killed) throw new Error("The run ended before it could be killed.");
    return requests;
  }

  /**
   * The manifest and all uploads so far, without what differs from run to run: versions, the survey, and times (only
   * whether there is one stays).
   */
  async function recordOf(survey: string): Promise<unknown> {
    const manifest = JSON.stringify(await sync.manifest(survey))
      .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"time"')
      .replaceAll(/"version":"[^"]+"/g, '"version":"version"')
      .replaceAll(`raw/bls/${survey}/`, "raw/bls/survey/");
    const uploads = (await sync.versions(survey)).map(({ name, etag }) => `${name} ${etag}`).sort();
    return { manifest: JSON.parse(manifest), uploads };
  }
});
