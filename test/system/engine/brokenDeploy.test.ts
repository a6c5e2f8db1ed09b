import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import type { ResourceProvider } from "@data-quest/local-pulumi/provider/provider";
import { expect } from "chai";
import { needPulumi } from "./cli";
import { type Engine, type EngineStack, type StateResource, startEngine } from "./engine";

const SETTINGS = { contact: "tests@example.org" };
/** How many resources the test breaks, unless EVERY_RESOURCE is set: each takes 10 s. */
const SAMPLE = 2;
const SEED = 20261123;
const EVERY = process.env.EVERY_RESOURCE === "1";

/** When the provider fails: before the cloud creates the resource, or after, when only the response is lost. */
type Moment = "before" | "after";

describe("a failed deployment", function () {
  // Each resource takes 10 s on an idle machine, and a minute on a busy one.
  this.timeout((EVERY ? 90 : 20) * 60_000);
  let engine: Engine;
  /** The state after a successful deployment. */
  let complete: Record<string, unknown> = {};
  let count = 0;

  before(async function () {
    engine = await startEngine(await needPulumi(this));
    const { state, creates } = await deployed(async (stack) => {
      await stack.up();
    });
    [complete, count] = [state, creates];
  });
  after(async () => {
    await engine?.close();
  });

  /** Runs on a new stack and a new cloud; `failing` says which creation fails, counted from 1. */
  async function deployed(
    run: (stack: EngineStack, cloud: Cloud) => Promise<void>,
    failing?: { at: number; moment: Moment },
  ) {
    const cloud = await startCloud();
    let creates = 0;
    const wrap = (provider: ResourceProvider): ResourceProvider => ({
      ...provider,
      async create(...resource) {
        const fails = ++creates === failing?.at;
        if (fails && failing?.moment === "before") throw new Error("the test makes the provider fail");
        const created = await provider.create(...resource);
        if (fails) throw new Error("the test makes the provider lose its response");
        return created;
      },
    });
    try {
      const stack = await engine.openStack("dev", SETTINGS, { cloud, wrap });
      await run(stack, cloud);
      const state = comparable(await stack.state());
      await stack.remove();
      return { state, creates };
    } finally {
      await cloud.close();
    }
  }

  it("at any resource is completed by the next deployment, with the same state", async () => {
    const all = Array.from({ length: count }, (_, index) => index + 1);
    const tried = EVERY ? all : sample(all, SAMPLE, SEED);
    console.log(
      `        fails at ${tried.join(", ")} of ${count}${EVERY ? "" : " (EVERY_RESOURCE=1: at each)"}`,
    );
    for (const [index, at] of tried.entries()) {
      const moment = index % 2 === 0 ? "before" : "after";
      let message = "";
      const { state } = await deployed(
        async (stack, cloud) => {
          const error: Error | undefined = await stack.up().then(
            () => undefined,
            (reason: Error) => reason,
          );
          message = error?.message ?? "";
          if (moment === "before") await expectNoOrphans(stack, cloud);
          await stack.up();
          expect((await stack.preview()).steps).to.deep.equal([]);
        },
        { at, moment },
      );
      expect(message, `failure at ${at}`).to.include("the test makes the provider");
      for (const urn of new Set([...Object.keys(complete), ...Object.keys(state)])) {
        expect(state[urn], `${urn} after a failure ${moment} ${at}`).to.deep.equal(complete[urn]);
      }
      if (EVERY) console.log(`        failed ${moment} ${at} of ${count}: completed`);
    }
  });

  async function expectNoOrphans(stack: EngineStack, cloud: Cloud): Promise<void> {
    const known = [...(await stack.state()).values()].map(({ id }) => id?.split("/").at(-1));
    const { buckets, queues, roles, functions, rules, logGroups } = await cloud.inventory();
    expect(known).to.include.members([buckets, queues, roles, functions, rules, logGroups].flat());
  }
});

/**
 * A state by URN, without values that differ between clouds (ports, generated ids) or between runs: a page file that
 * is put before the bucket is versioned has no version.
 */
function comparable(state: Map<string, StateResource>): Record<string, unknown> {
  const entries = [...state].map(([urn, { id, inputs, outputs }]) => {
    const { versionId: _, ...kept } = outputs ?? {};
    return [urn, { id, inputs, outputs: kept }] as const;
  });
  const plain = JSON.stringify(Object.fromEntries(entries))
    .replaceAll(/127\.0\.0\.1:\d+/g, "host")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid");
  return JSON.parse(plain) as Record<string, unknown>;
}

/** A sample of the list, including its first and last element; the same for the same seed. */
function sample(list: readonly number[], size: number, seed: number): number[] {
  let random = seed;
  const next = () => {
    // Numerical Recipes' linear congruential generator.
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return random / 2 ** 32;
  };
  const chosen = new Set([list[0] ?? 1, list.at(-1) ?? 1]);
  while (chosen.size < Math.min(size, list.length)) chosen.add(list[Math.floor(next() * list.length)] ?? 1);
  return [...chosen].sort((a, b) => a - b);
}
