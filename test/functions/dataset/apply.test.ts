import { Readable } from "node:stream";
import { expect } from "chai";
import { apply } from "../../../functions/dataset/apply";
import type { ListedFile } from "../../../functions/dataset/listing";
import { EMPTY_MANIFEST } from "../../../functions/dataset/manifest";
import { Mirror } from "../../../functions/dataset/mirror";
import type { Plan } from "../../../functions/dataset/plan";
import type { UpstreamClient } from "../../../functions/shared/upstream";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const PREFIX = "raw/bls/pr/";
const CONTENT = Buffer.from("content");

describe("applying a plan", () => {
  let buckets: TestBuckets;
  beforeEach(async () => {
    buckets = await startTestBuckets();
    await buckets.put(`${PREFIX}pr.gone`, "gone");
  });
  afterEach(() => buckets.close());

  /** Fetches these files, then removes `pr.gone`. */
  function planFor(...names: string[]): Plan {
    const file = (name: string): ListedFile => {
      return { name, url: `http://bls/${name}`, upstreamDate: "2026-08-06T08:30", size: CONTENT.length };
    };
    return {
      add: names.map((name) => ({ file: file(name), kind: "new", reason: "new upstream" })),
      update: [],
      remove: [{ name: "pr.gone", kind: "gone", reason: "gone upstream" }],
      keep: [],
      refused: null,
    };
  }

  async function applied(plan: Plan, upstream: UpstreamClient, signal = new AbortController().signal) {
    const context = { mirror: new Mirror(buckets.data, PREFIX), upstream, signal, now: new Date() };
    const { added, removed, unreached, failures } = await apply(plan, EMPTY_MANIFEST, context);
    return { added: added.sort(), removed, unreached, failed: failures.map(({ name }) => name) };
  }

  const answer: UpstreamClient = (_address, read) => read(Readable.from([CONTENT]));

  it("removes files last, after all others were mirrored", async () => {
    const outcome = await applied(planFor("pr.a", "pr.b"), answer);
    expect(outcome).to.deep.equal({
      added: ["pr.a", "pr.b"],
      removed: ["pr.gone"],
      unreached: 0,
      failed: [],
    });
    expect(await buckets.keys(PREFIX)).to.deep.equal([`${PREFIX}pr.a`, `${PREFIX}pr.b`]);
  });

  it("removes nothing if one file failed, and mirrors the others", async () => {
    const failing: UpstreamClient = async (address, read) => {
      if (address.endsWith("pr.a")) throw new Error("404");
      return answer(address, read);
    };
    const outcome = await applied(planFor("pr.a", "pr.b"), failing);
    expect(outcome).to.deep.equal({ added: ["pr.b"], removed: [], unreached: 0, failed: ["pr.a"] });
    expect(await buckets.keys(PREFIX)).to.deep.equal([`${PREFIX}pr.b`, `${PREFIX}pr.gone`]);
  });

  it("removes nothing if time ran out, and counts the files that it did not reach", async () => {
    const outcome = await applied(planFor("pr.a", "pr.b"), answer, AbortSignal.abort());
    expect(outcome).to.deep.equal({ added: [], removed: [], unreached: 2, failed: [] });
    expect(await buckets.keys(PREFIX)).to.deep.equal([`${PREFIX}pr.gone`]);
  });
});
