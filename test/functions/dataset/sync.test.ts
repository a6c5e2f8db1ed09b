import { createHash } from "node:crypto";
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type SyncOptions, type SyncSummary, syncSurvey } from "../../../functions/dataset/sync";
import { messageOf } from "../../../functions/shared/errors";
import type { Status } from "../../../functions/shared/status";
import { createUpstreamClient } from "../../../functions/shared/upstream";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { SMALL_SURVEY, startTestSources, type TestSources } from "../../support/testSources";

const DAY = 24 * 3_600_000;
const FIRST_RUN = new Date("2026-03-01T14:00:00Z");

describe("the sync", () => {
  let buckets: TestBuckets;
  let upstream: TestSources;
  let runs: number;

  beforeEach(async () => {
    buckets = await startTestBuckets();
    upstream = await startTestSources();
    runs = 0;
  });

  afterEach(async () => {
    await upstream.close();
    await buckets.close();
  });

  /** The next day's run. */
  function sync(options: Partial<SyncOptions> = {}): Promise<SyncSummary> {
    const { data, state } = buckets;
    return syncSurvey({
      data,
      state,
      upstream: createUpstreamClient({ contact: "tests@example.org", retryDelayMs: 1, retries: 2 }),
      blsUrl: upstream.blsUrl,
      survey: "pr",
      maxDeletes: { count: 5, share: 1 },
      verifyEveryDays: 0,
      signal: new AbortController().signal,
      now: new Date(FIRST_RUN.getTime() + runs++ * DAY),
      ...options,
    });
  }

  /** @param published what the public status should say, if it differs. */
  async function expectFailure(run: Promise<unknown>, message: RegExp, published = message): Promise<void> {
    const error = await run.then(
      () => undefined,
      (reason: unknown) => messageOf(reason),
    );
    expect(error).to.match(message);
    const { ok, error: publicError } = await status();
    expect(ok).to.equal(false);
    expect(publicError).to.match(published);
  }

  const status = () => buckets.readJson<Status>("reports/status/bls-pr.json");

  /** The mirror as name → text. */
  async function mirror(): Promise<Record<string, string>> {
    const keys = await buckets.keys("raw/bls/pr/");
    const texts = await Promise.all(
      keys.map(async (key) => [key.slice("raw/bls/pr/".length), await buckets.read(key)]),
    );
    return Object.fromEntries(texts);
  }

  function uploads(requests: { operation: string; resource: string }[]): string[] {
    return requests.filter(({ operation }) => operation === "PutObject").map(({ resource }) => resource);
  }

  it("on the first day mirrors every file, and records where each came from", async () => {
    const summary = await sync();
    expect(summary).to.deep.equal({
      added: Object.keys(SMALL_SURVEY).sort(),
      updated: [],
      removed: [],
      unchanged: 0,
    });
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
    const head = await buckets.s3.send(
      new HeadObjectCommand({ Bucket: buckets.dataBucket, Key: "raw/bls/pr/pr.txt" }),
    );
    const hash = (algorithm: string) =>
      createHash(algorithm)
        .update(SMALL_SURVEY["pr.txt"] ?? "")
        .digest("hex");
    expect(head.Metadata).to.deep.equal({
      source: `${upstream.surveyUrl}pr.txt`,
      "upstream-date": head.Metadata?.["upstream-date"],
      md5: hash("md5"),
      sha256: hash("sha256"),
      "fetched-at": FIRST_RUN.toISOString(),
    });
    expect(head.Metadata?.["upstream-date"]).to.match(/^2026-01-05T\d\d:\d\d$/);
    const { files, ...rest } = await status();
    expect(files.map(({ key }) => key)).to.deep.equal(await buckets.keys("raw/bls/pr/"));
    expect(files.find(({ key }) => key === "raw/bls/pr/pr.txt")).to.deep.equal({
      key: "raw/bls/pr/pr.txt",
      bytes: SMALL_SURVEY["pr.txt"]?.length,
      sha256: hash("sha256"),
      version: head.VersionId,
      upstreamDate: head.Metadata?.["upstream-date"],
      fetchedAt: FIRST_RUN.toISOString(),
    });
    expect(rest).to.deep.equal({
      part: "bls-pr",
      ok: true,
      lastCheck: FIRST_RUN.toISOString(),
      lastChange: FIRST_RUN.toISOString(),
      missing: [],
      error: null,
      details: summary,
    });
  });

  it("with nothing new sends one upstream request, reads S3 once, and writes only its status", async () => {
    await sync();
    const before = upstream.requests.length;
    const requests = await buckets.requestsDuring(() => sync());
    expect(upstream.requests.slice(before).map(({ path }) => path)).to.deep.equal(["/pub/time.series/pr/"]);
    expect(requests.map(({ operation, resource }) => `${operation} ${resource}`)).to.deep.equal([
      "GetObject state/bls-pr.json",
      "PutObject data/reports/status/bls-pr.json",
    ]);
    const { lastCheck, lastChange, files } = await status();
    expect(files.map(({ key }) => key)).to.deep.equal(await buckets.keys("raw/bls/pr/"));
    expect(lastCheck).to.equal(new Date(FIRST_RUN.getTime() + DAY).toISOString());
    expect(lastChange).to.equal(FIRST_RUN.toISOString());
  });

  it("follows after one file was added, one changed and one removed", async () => {
    await sync();
    upstream.addFile("pr new+file é", "new\r\n");
    upstream.changeFile("pr.txt", "changed\r\n");
    upstream.removeFile("pr.period");
    expect(await sync()).to.deep.equal({
      added: ["pr new+file é"],
      updated: ["pr.txt"],
      removed: ["pr.period"],
      unchanged: 1,
    });
    expect(await mirror()).to.deep.equal({
      "pr.data.0.Current": SMALL_SURVEY["pr.data.0.Current"],
      "pr new+file é": "new\r\n",
      "pr.txt": "changed\r\n",
    });
    expect(await sync()).to.deep.equal({ added: [], updated: [], removed: [], unchanged: 3 });
  });

  it("uploads nothing if a file has a new date and its old content", async () => {
    await sync();
    upstream.changeFile("pr.txt", SMALL_SURVEY["pr.txt"] ?? "");
    const requests = await buckets.requestsDuring(async () => {
      expect(await sync()).to.deep.equal({ added: [], updated: [], removed: [], unchanged: 3 });
    });
    expect(uploads(requests)).to.have.members(["state/bls-pr.json", "data/reports/status/bls-pr.json"]);
    const before = upstream.requests.length;
    await sync();
    expect(upstream.requests.length - before).to.equal(1);
  });

  it("uploads nothing twice after a run that ended before its manifest was written", async () => {
    await sync();
    await buckets.s3.send(new DeleteObjectCommand({ Bucket: "state", Key: "bls-pr.json" }));
    const requests = await buckets.requestsDuring(() => sync());
    expect(uploads(requests)).to.have.members(["state/bls-pr.json", "data/reports/status/bls-pr.json"]);
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
  });

  it("stores decompressed what upstream sends compressed", async () => {
    upstream.faults.set(/pr\.txt$/, { kind: "gzip" });
    await sync();
    expect((await mirror())["pr.txt"]).to.equal(SMALL_SURVEY["pr.txt"]);
  });

  it("recovers from a temporary failure of upstream", async () => {
    upstream.faults.set(/pr\/$/, { kind: "status", status: 503, retryAfter: "0" }, [1]);
    upstream.faults.set(/pr\.txt$/, { kind: "reset" }, [1]);
    upstream.faults.set(/pr\.period$/, { kind: "truncated" }, [1]);
    await sync();
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
  });

  it("mirrors the other files if one cannot be fetched, removes nothing, and recovers with the next run", async function () {
    this.timeout(60_000);
    await sync();
    upstream.addFile("pr.new", "new");
    upstream.changeFile("pr.txt", "changed");
    upstream.removeFile("pr.period");
    upstream.faults.set(/pr\.new$/, { kind: "status", status: 404 });
    await expectFailure(
      sync(),
      /pr\.new \(new upstream\) was not mirrored: .* answered 404.*; 1 file gone upstream was not removed\.$/,
    );
    const { "pr.data.0.Current": data, "pr.period": period } = SMALL_SURVEY;
    expect(await mirror()).to.deep.equal({
      "pr.data.0.Current": data,
      "pr.period": period,
      "pr.txt": "changed",
    });
    upstream.faults.clear();
    expect(await sync()).to.deep.equal({
      added: ["pr.new"],
      updated: [],
      removed: ["pr.period"],
      unchanged: 2,
    });
    expect(await mirror()).to.deep.equal({ "pr.data.0.Current": data, "pr.new": "new", "pr.txt": "changed" });
  });

  it("gives the reason once, three names and the number of the rest if no file can be fetched", async () => {
    for (let file = 0; file < 9; file++) upstream.addFile(`pr.new.${file}`, `new ${file}`);
    upstream.faults.set(/pr\/.+$/, { kind: "status", status: 404 });
    await expectFailure(
      sync(),
      /^The mirror does not match upstream: 12 files were not mirrored \([^,]+, [^,]+, [^,]+, and 9 more\): http:\S+\/pr\/… answered 404 Not Found\.$/,
    );
  });

  it("changes nothing if it gets an error page instead of a listing", async () => {
    await sync();
    upstream.faults.set(/pr\/$/, { kind: "errorPage" });
    await expectFailure(sync(), /did not answer with a folder listing/);
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
  });

  it("reports its last change even if it cannot read the listing", async () => {
    await sync();
    upstream.faults.set(/pr\/$/, { kind: "status", status: 500 });
    await expectFailure(sync(), /answered 500/);
    expect((await status()).lastChange).to.equal(FIRST_RUN.toISOString());
  });

  it("names the address if upstream stays silent until time is up", async () => {
    upstream.faults.set(/pr\/$/, { kind: "slow", ms: 2_000 });
    const signal = AbortSignal.timeout(50);
    const patient = createUpstreamClient({ contact: "tests@example.org", signal });
    await expectFailure(
      sync({ upstream: patient, signal }),
      /pub\/time\.series\/pr\/ did not answer in the time/,
    );
  });

  it("removes no more than the settings allow", async () => {
    await sync();
    upstream.removeFile("pr.txt");
    upstream.removeFile("pr.period");
    await expectFailure(
      sync({ maxDeletes: { count: 1, share: 1 } }),
      /lacks 2 of the mirror's 3 files.*maxDeletes 1,/,
    );
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
    expect((await sync()).removed).to.deep.equal(["pr.period", "pr.txt"]);
  });

  it("says plainly that the contact was refused, but does not publish it", async () => {
    upstream.faults.set(/pr\/$/, { kind: "status", status: 403 });
    await expectFailure(
      sync(),
      /answered 403 .*contact in the User-Agent, 'tests@example\.org'/,
      /answered 403 .*contact in the User-Agent, '…'\.$/,
    );
  });

  it("names its contact in every request", async () => {
    await sync();
    const agents = new Set(upstream.requests.map(({ userAgent }) => userAgent));
    expect([...agents]).to.deep.equal(["data-quest (tests@example.org)"]);
  });

  it("running twice at once succeeds twice, and the mirror equals upstream", async () => {
    const summaries = await Promise.all([sync(), sync()]);
    expect(summaries.some(({ unchanged }) => unchanged > 0)).to.equal(true);
    expect(await mirror()).to.deep.equal(SMALL_SURVEY);
    expect(await sync()).to.deep.equal({ added: [], updated: [], removed: [], unchanged: 3 });
  });

  it("after losing to another run replaces the older file that the other run wrote", async () => {
    await sync();
    upstream.changeFile("pr.txt", "newer");
    const slow = createUpstreamClient({ contact: "tests@example.org" });
    let interfered = false;
    // Another run writes the object and the manifest between this run's download and upload.
    const interfering: typeof slow = async (address, read) => {
      const result = await slow(address, read);
      if (address.endsWith("pr.txt") && !interfered) {
        interfered = true;
        await sync();
        await buckets.put("raw/bls/pr/pr.txt", "older");
      }
      return result;
    };
    await sync({ upstream: interfering });
    expect((await mirror())["pr.txt"]).to.equal("newer");
  });

  it("refuses a manifest in another format, and changes nothing", async () => {
    await buckets.s3.send(new PutObjectCommand({ Bucket: "state", Key: "bls-pr.json", Body: "{}" }));
    await expectFailure(
      sync(),
      /state\/bls-pr\.json is not in the format/,
      /s3:\/\/…\/bls-pr\.json is not in the format/,
    );
    expect(await mirror()).to.deep.equal({});
  });

  describe("verifying contents", () => {
    const KEY = "raw/bls/pr/pr.txt";

    it("restores what was lost or changed in the bucket, and removes what was never upstream", async () => {
      await sync();
      await buckets.remove("raw/bls/pr/pr.period");
      await buckets.put(KEY, "changed by others");
      await buckets.put("raw/bls/pr/stray", "of no survey");
      expect(await sync()).to.deep.equal({ added: [], updated: [], removed: [], unchanged: 3 });
      expect(await sync({ verify: true })).to.deep.equal({
        added: ["pr.period"],
        updated: ["pr.txt"],
        removed: ["stray"],
        unchanged: 1,
      });
      expect(await mirror()).to.deep.equal(SMALL_SURVEY);
    });

    it("notices an object that someone else overwrote with the original metadata", async () => {
      await sync();
      const { Metadata } = await buckets.s3.send(new HeadObjectCommand({ Bucket: "data", Key: KEY }));
      const Body = (SMALL_SURVEY["pr.txt"] ?? "").replace("A", "B");
      await buckets.s3.send(
        new PutObjectCommand({ Bucket: "data", Key: KEY, Body, ...(Metadata && { Metadata }) }),
      );
      expect((await sync({ verify: true })).updated).to.deep.equal(["pr.txt"]);
      expect(await mirror()).to.deep.equal(SMALL_SURVEY);
    });

    it("notices a change upstream without a new date or size", async () => {
      await sync();
      const path = "pub/time.series/pr/pr.txt";
      const file = upstream.files.get(path);
      const content = Buffer.from((SMALL_SURVEY["pr.txt"] ?? "").replace("A", "B"));
      if (file) upstream.files.set(path, { ...file, content });
      expect((await sync()).updated).to.deep.equal([]);
      expect((await sync({ verify: true })).updated).to.deep.equal(["pr.txt"]);
      expect((await mirror())["pr.txt"]).to.equal(String(content));
    });

    it("happens after the set number of days", async () => {
      const asked = async () => {
        const before = upstream.requests.length;
        await sync({ verifyEveryDays: 3 });
        return upstream.requests.length - before;
      };
      const requests = [];
      for (let day = 0; day < 8; day++) requests.push(await asked());
      expect(requests).to.deep.equal([4, 1, 1, 4, 1, 1, 4, 1]);
    });
  });

  describe("when time runs out", () => {
    it("records how far it got, removes nothing, and the next run continues from there", async () => {
      await sync();
      for (let file = 0; file < 12; file++) upstream.addFile(`pr.new.${file}`, `new ${file}`);
      upstream.removeFile("pr.period");
      const stop = new AbortController();
      const patient = createUpstreamClient({ contact: "tests@example.org", signal: stop.signal });
      let fetched = 0;
      const counting: typeof patient = async (address, read) => {
        const result = await patient(address, read);
        if (address.includes("pr.new") && ++fetched === 6) stop.abort(new Error("time is up"));
        return result;
      };
      await expectFailure(
        sync({ upstream: counting, signal: stop.signal }),
        /there was no time for \d+ files/,
      );
      const { details } = await status();
      const { added, removed } = details as SyncSummary;
      expect(added.length).to.be.within(6, 9);
      expect(removed).to.deep.equal([]);
      const summary = await sync();
      expect(summary.added).to.have.length(12 - added.length);
      expect(summary.removed).to.deep.equal(["pr.period"]);
    });
  });

  it("of one survey can fail without affecting another", async () => {
    const other = await startTestSources({ "la.txt": "Local areas." }, { survey: "la" });
    try {
      upstream.faults.set(/pr\/$/, { kind: "status", status: 500 });
      const results = await Promise.allSettled([sync(), sync({ survey: "la", blsUrl: other.blsUrl })]);
      expect(results.map((result) => result.status)).to.deep.equal(["rejected", "fulfilled"]);
      expect(await buckets.keys("raw/")).to.deep.equal(["raw/bls/la/la.txt"]);
      expect((await buckets.readJson<Status>("reports/status/bls-la.json")).ok).to.equal(true);
    } finally {
      await other.close();
    }
  });
});
