import { readFileSync } from "node:fs";
import path from "node:path";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { expect } from "chai";
import { toPublicText } from "../../../functions/shared/errors";
import { SMALL_SURVEY } from "../../support/testSources";
import { type Expected, FAULT_CASES, type FaultCase } from "./faults";
import { Scenario } from "./scenario";

/** What changes upstream after the mirror was filled; in a first run the mirror starts empty. */
const RUNS: Readonly<Record<string, (scenario: Scenario) => Promise<void>>> = {
  "first run": async () => {},
  "update run": async (scenario) => {
    await mirrored(scenario);
    scenario.upstream.addFile("pr.new", "new upstream\r\n");
    scenario.upstream.changeFile("pr.txt", "changed upstream\r\n");
  },
  // One file also changes, so that a file's fault occurs before anything would be removed.
  "delete run": async (scenario) => {
    await mirrored(scenario);
    scenario.upstream.removeFile("pr.period");
    scenario.upstream.changeFile("pr.txt", "changed upstream\r\n");
  },
};

async function mirrored(scenario: Scenario): Promise<void> {
  expect((await scenario.sync()).error).to.equal(undefined);
}

describe("the fault matrix of the sync", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.close());

  async function inScenario(work: (scenario: Scenario) => Promise<void>): Promise<void> {
    const scenario = await Scenario.start(cloud, SMALL_SURVEY);
    try {
      await work(scenario);
    } finally {
      await scenario.close();
    }
  }

  async function runUnder(scenario: Scenario, { begin, client }: FaultCase, only?: number[]) {
    const before = await scenario.mirror();
    begin(scenario.upstream, only);
    const outcome = await scenario.sync(client);
    await scenario.expectNothingLost(before, outcome.error !== undefined);
    await scenario.expectSound();
    return outcome;
  }

  /** Expects that the run made the mirror equal to upstream, or failed with these words, also in its status. */
  async function expectOutcome(scenario: Scenario, error: string | undefined, expected: Expected) {
    if (expected === "success") {
      expect(error).to.equal(undefined);
      await scenario.expectEqual();
      return;
    }
    expect(error).to.match(expected);
    const status = await scenario.status();
    expect({ ok: status.ok, error: status.error }).to.deep.equal({
      ok: false,
      error: toPublicText(error ?? ""),
    });
    expect(status.error, "published").not.to.match(/[^\s']@|\?(?!…)/);
  }

  async function expectRecovered(scenario: Scenario): Promise<void> {
    scenario.upstream.faults.clear();
    expect((await scenario.sync()).error).to.equal(undefined);
    await scenario.expectEqual();
  }

  for (const fault of FAULT_CASES) {
    describe(fault.name, () => {
      for (const [title, prepare] of Object.entries(RUNS)) {
        for (const phase of ["passing", "lasting"] as const) {
          const expected = fault[phase];
          if (expected === undefined) continue;
          it(`${title}, ${phase}: ${expected === "success" ? "succeeds" : "fails, and recovers"}`, () =>
            inScenario(async (scenario) => {
              await prepare(scenario);
              const outcome = await runUnder(scenario, fault, phase === "passing" ? [1] : undefined);
              await expectOutcome(scenario, outcome.error, expected);
              await expectRecovered(scenario);
            }));
        }
      }
    });
  }

  it("waits as long as Retry-After asks, in seconds", () =>
    inScenario(async (scenario) => {
      scenario.upstream.faults.set(/\/pr\/$/, { kind: "status", status: 503, retryAfter: "0.3" }, [1]);
      const start = performance.now();
      await mirrored(scenario);
      expect(performance.now() - start).to.be.at.least(300);
    }));

  it("does not try again if Retry-After asks for too long a wait", () =>
    inScenario(async (scenario) => {
      scenario.upstream.faults.set(/\/pr\/$/, { kind: "status", status: 429, retryAfter: "31" });
      expect((await scenario.sync()).error).to.match(/asks to wait 31 seconds/);
      expect(scenario.upstream.requests).to.have.length(1);
    }));

  it("has the rows that docs/reliability.md lists", () => {
    const text = readFileSync(path.join(__dirname, "../../../docs/reliability.md"), "utf8");
    const section = text.split(/^## /m).find((part) => part.startsWith("Fault matrix")) ?? "";
    const rows = [...section.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, name]) => name).slice(2);
    expect(rows).to.have.members([...FAULT_CASES.map(({ name }) => name), "a listing of 5,000 files"]);
  });
});
