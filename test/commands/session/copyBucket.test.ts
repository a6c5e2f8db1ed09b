import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { copyBucket } from "../../../commands/session/copyBucket";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { rejection } from "../../support/rejection";

describe("copyBucket", () => {
  let buckets: TestBuckets;
  let parent: string;

  beforeEach(async () => {
    buckets = await startTestBuckets();
    parent = await mkdtemp(path.join(tmpdir(), "copy-"));
  });
  afterEach(async () => {
    await buckets.close();
    await rm(parent, { recursive: true });
  });

  const copy = () =>
    copyBucket({ s3: buckets.s3, output: () => buckets.dataBucket }, path.join(parent, "copy"));

  it("writes each object to the path that its key names", async () => {
    await buckets.put("raw/bls/pr/pr.txt", "text");
    await buckets.put("index.html", "page");
    expect(await copy()).to.equal(2);
    expect(await readFile(path.join(parent, "copy", "raw", "bls", "pr", "pr.txt"), "utf8")).to.equal("text");
    expect(await readdir(path.join(parent, "copy"))).to.have.members(["index.html", "raw"]);
  });

  it("writes nothing outside of the directory", async () => {
    await buckets.put("raw/../../outside", "text");
    expect((await rejection(copy())).message).to.match(
      /^The key 'raw\/\.\.\/\.\.\/outside' would be written outside/,
    );
    expect(existsSync(path.join(parent, "outside"))).to.equal(false);
  });
});
