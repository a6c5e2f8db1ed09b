import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { expect } from "chai";
import fc from "fast-check";
import type { TestSources } from "../../support/testSources";
import { FAULT_CASES, type FaultCase } from "./faults";
import { Scenario } from "./scenario";

/** A day's change to a file upstream; a touch changes only its date. */
const CHANGE = fc.record({
  name: fc.constantFrom("pr.data.0.Current", "pr.txt", "pr a%b.txt"),
  what: fc.constantFrom("set", "set", "remove", "touch"),
  text: fc.constantFrom("", "0123456789", "9876543210", "a\r\nb\r\n"),
});

/** Faults in answers; the histories themselves change upstream's files. */
const FAULTS = FAULT_CASES.filter(({ passing }) => passing !== undefined);

const DAY = fc.record({
  changes: fc.array(CHANGE, { maxLength: 4 }),
  fault: fc.option(fc.constantFrom(...FAULTS), { freq: 2 }),
  /** The request that the fault affects; undefined for all. */
  only: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
});

function happen(
  upstream: TestSources,
  { name, what, text }: typeof CHANGE extends fc.Arbitrary<infer T> ? T : never,
) {
  const there = upstream.files.get(`pub/time.series/pr/${name}`);
  if (what === "set") upstream.addFile(name, text);
  else if (there && what === "remove") upstream.removeFile(name);
  else if (there) upstream.changeFile(name, String(there.content));
}

describe("the sync over random histories of upstream, with random faults", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.close());

  it("equals upstream after every successful run, and loses no file in a failed one", async () => {
    let succeeded = 0;
    let failed = 0;
    const check = async (days: readonly (typeof DAY extends fc.Arbitrary<infer T> ? T : never)[]) => {
      // This file stays, because a listing without files is refused.
      const scenario = await Scenario.start(cloud, { "pr.stays": "stays\r\n" });
      try {
        for (const { changes, fault, only } of days) {
          for (const change of changes) happen(scenario.upstream, change);
          if (await runDay(scenario, fault, only)) succeeded++;
          else failed++;
        }
        expect((await scenario.sync()).error).to.equal(undefined);
        await scenario.expectEqual();
      } finally {
        await scenario.close();
      }
    };
    const histories = fc.asyncProperty(fc.array(DAY, { minLength: 2, maxLength: 8 }), check);
    await fc.assert(histories, { numRuns: 30, seed: 20264 });
    console.log(`      30 histories: ${succeeded} runs succeeded, ${failed} failed and lost nothing`);
    expect(succeeded).to.be.greaterThan(50);
    expect(failed).to.be.greaterThan(10);
  });

  /** @returns whether the run succeeded. */
  async function runDay(
    scenario: Scenario,
    fault: FaultCase | null,
    only: number | undefined,
  ): Promise<boolean> {
    const before = await scenario.mirror();
    fault?.begin(scenario.upstream, only === undefined ? undefined : [only]);
    const { error } = await scenario.sync(fault?.client);
    scenario.upstream.faults.clear();
    if (error === undefined) {
      await scenario.expectEqual();
    } else {
      expect(fault, error).not.to.equal(null);
      await scenario.expectNothingLost(before, true);
      await scenario.expectSound();
    }
    return error === undefined;
  }
});
