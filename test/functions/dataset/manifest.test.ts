import { expect } from "chai";
import { EMPTY_MANIFEST, findFile, readManifest, writeManifest } from "../../../functions/dataset/manifest";
import { ConflictError } from "../../../functions/shared/bucket";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const FILE = {
  upstreamDate: "2026-01-01T08:30",
  size: 1,
  md5: "00",
  sha256: "00",
  key: "raw/bls/pr/pr.txt",
  etag: '"00"',
  version: null,
  fetchedAt: "2026-01-01T00:00:00.000Z",
};

describe("a manifest", () => {
  let buckets: TestBuckets;

  beforeEach(async () => {
    buckets = await startTestBuckets();
  });
  afterEach(() => buckets.close());

  it("is empty before the first write, and then reads back as written", async () => {
    const { state } = buckets;
    expect(await readManifest(state, "pr")).to.deep.equal({ manifest: EMPTY_MANIFEST, etag: null });
    const manifest = { ...EMPTY_MANIFEST, files: { "pr.txt": FILE } };
    await writeManifest(state, "pr", { manifest, etag: null });
    expect((await readManifest(state, "pr")).manifest).to.deep.equal(manifest);
    expect((await readManifest(state, "la")).manifest).to.deep.equal(EMPTY_MANIFEST);
  });

  it("is not overwritten if another run wrote it since it was read", async () => {
    const { state } = buckets;
    const read = await readManifest(state, "pr");
    await writeManifest(state, "pr", read);
    const error = await writeManifest(state, "pr", read).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConflictError);
  });

  for (const [title, text] of [
    ["is not JSON", "{"],
    ["lacks a field", '{"schemaVersion":1}'],
    ["is in another version", JSON.stringify({ ...EMPTY_MANIFEST, schemaVersion: 2 })],
  ] as const) {
    it(`that ${title} is refused: the message names the object and says what to do`, async () => {
      await buckets.state.put("bls-pr.json", text, "application/json");
      const error = await readManifest(buckets.state, "pr").catch((thrown: unknown) => thrown);
      expect(error)
        .to.have.property("message")
        .that.matches(/^s3:\/\/state\/bls-pr\.json is not in the format .*restore an earlier version/);
    });
  }

  it("has only the files that were put there, whatever they are called", () => {
    expect(findFile({ files: { "pr.txt": FILE } }, "pr.txt")).to.equal(FILE);
    expect(findFile({ files: {} }, "constructor")).to.equal(undefined);
  });
});
