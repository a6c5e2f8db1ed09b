import { createHash } from "node:crypto";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { expect } from "chai";
import { parseListing } from "../../../functions/dataset/listing";
import { EMPTY_MANIFEST, type Manifest, writeManifest } from "../../../functions/dataset/manifest";
import { SMALL_SURVEY, startTestSources, USER_AGENT } from "../../support/testSources";
import { PREFIX, Scenario } from "./scenario";

describe("a listing cut off anywhere", () => {
  it("is refused, or still lists every file", async () => {
    const upstream = await startTestSources(SMALL_SURVEY);
    try {
      const response = await fetch(upstream.surveyUrl, { headers: { "User-Agent": USER_AGENT } });
      const page = await response.text();
      const whole = parseListing(page, upstream.surveyUrl);
      let refused = 0;
      for (let length = 0; length < page.length; length++) {
        try {
          expect(parseListing(page.slice(0, length), upstream.surveyUrl)).to.deep.equal(whole);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "ListingError") throw error;
          refused++;
        }
      }
      expect(refused).to.be.greaterThan(page.lastIndexOf("<br>"));
    } finally {
      await upstream.close();
    }
  });
});

describe("a listing of 5,000 files", function () {
  this.timeout(60_000);
  const FILES = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`pr.${index}`, `file ${index}`]),
  );
  let cloud: Cloud;
  let scenario: Scenario;

  beforeEach(async () => {
    cloud = await startCloud();
    scenario = await Scenario.start(cloud, FILES);
  });

  afterEach(async () => {
    await scenario.close();
    await cloud.close();
  });

  it("in a first run whose time runs out: mirrored files are recorded, the rest is counted", async () => {
    const stop = new AbortController();
    let uploads = 0;
    cloud.events.on("request", ({ operation }) => {
      if (operation === "PutObject" && ++uploads === 100) stop.abort(new Error("time is up"));
    });
    const { error } = await scenario.sync({ signal: stop.signal });
    const unreached = /there was no time for ([\d,]+) files \(the next run continues from there\)/;
    const left = Number(unreached.exec(error ?? "")?.[1]?.replace(",", ""));
    const { files } = await scenario.expectSound();
    expect(Object.keys(files).length + left).to.equal(5_000);
    expect(left).to.be.within(4_890, 4_900);
  });

  it("with one added, one changed and one removed: only these are fetched or removed", async () => {
    await seed({ "pr.17": "file 17", "pr.4711": "file 4711" });
    const before = scenario.upstream.requests.length;
    scenario.upstream.addFile("pr.new", "new");
    scenario.upstream.changeFile("pr.17", "changed");
    scenario.upstream.removeFile("pr.4711");
    expect((await scenario.sync()).summary).to.deep.equal({
      added: ["pr.new"],
      updated: ["pr.17"],
      removed: ["pr.4711"],
      unchanged: 4_998,
    });
    expect(await scenario.mirror()).to.deep.equal({ "pr.17": "changed", "pr.new": "new" });
    const asked = scenario.upstream.requests.slice(before).map(({ path }) => path);
    expect(asked.map((path) => path.slice("/pub/time.series/pr/".length))).to.have.members([
      "",
      "pr.17",
      "pr.new",
    ]);
  });

  /** Sets up the result of a first run, with only the objects that the test needs: all of them would take 20 s. */
  async function seed(objects: Readonly<Record<string, string>>): Promise<void> {
    const { upstream, buckets } = scenario;
    for (const [name, text] of Object.entries(objects)) await buckets.put(PREFIX + name, text);
    const response = await fetch(upstream.surveyUrl, { headers: { "User-Agent": USER_AGENT } });
    const listing = parseListing(await response.text(), upstream.surveyUrl);
    const now = "2026-02-28T14:00:00.000Z";
    const entries = listing.map(({ name, upstreamDate, size }): [string, Manifest["files"][string]] => {
      const hash = (algorithm: string) =>
        createHash(algorithm)
          .update(FILES[name] ?? "")
          .digest("hex");
      const [md5, sha256] = [hash("md5"), hash("sha256")];
      const key = PREFIX + name;
      return [
        name,
        { upstreamDate, size, md5, sha256, key, etag: `"${md5}"`, version: null, fetchedAt: now },
      ];
    });
    const manifest = {
      ...EMPTY_MANIFEST,
      files: Object.fromEntries(entries),
      lastVerified: now,
      lastChange: now,
    };
    await writeManifest(buckets.state, "pr", { manifest, etag: null });
  }
});
