import { expect } from "chai";
import * as z from "zod";
import { ConflictError } from "../../../functions/shared/bucket";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const KEY = "raw/a";

describe("a bucket, as the functions see it", () => {
  let buckets: TestBuckets;

  beforeEach(async () => {
    buckets = await startTestBuckets();
  });
  afterEach(() => buckets.close());

  const put = (text: string, replaces?: string | null) =>
    buckets.data.put(KEY, text, "text/plain", replaces === undefined ? {} : { replaces });
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("returns nothing for a key that was never written", async () => {
    const { data } = buckets;
    expect([await data.head(KEY), await data.readBytes(KEY), await data.readText(KEY)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await data.readJson(KEY, z.unknown())).to.equal(undefined);
  });

  it("returns what was written, with its metadata", async () => {
    const version = await buckets.data.put(KEY, "hello", "text/plain", { metadata: { from: "x" } });
    const etag = (await buckets.data.head(KEY))?.ETag;
    const expected = { text: "hello", etag, version, metadata: { from: "x" } };
    expect(await buckets.data.readText(KEY)).to.deep.equal(expected);
  });

  it("writes unconditionally, or only if the object is still the one that the writer read", async () => {
    await put("1", null);
    const etag = (await buckets.data.head(KEY))?.ETag ?? "";
    expect(await failure(put("2", null)), "something is there").to.be.instanceOf(ConflictError);
    await put("2", etag);
    expect(await failure(put("3", etag)), "it was replaced").to.be.instanceOf(ConflictError);
    await put("3");
    await buckets.data.remove(KEY);
    expect(await failure(put("4", etag)), "it was removed").to.be.instanceOf(ConflictError);
    expect(await buckets.data.head(KEY)).to.equal(undefined);
  });

  it("passes on the error of an unconditional write", async () => {
    const nowhere = Object.create(buckets.data, { name: { value: "nowhere" } });
    expect(await failure(nowhere.put(KEY, "1", "text/plain")))
      .to.be.instanceOf(Error)
      .and.to.have.property("name", "NoSuchBucket");
  });

  it("reads an object only if it is still the one that was found", async () => {
    await put("1");
    const etag = (await buckets.data.head(KEY))?.ETag ?? "";
    const read = async () =>
      Buffer.concat(await Array.fromAsync(buckets.data.readUnchanged(KEY, etag))).toString();
    expect(await read()).to.equal("1");
    await put("2");
    expect(await failure(read()), "replaced").to.be.instanceOf(ConflictError);
    await buckets.data.remove(KEY);
    expect(await failure(read()), "removed").to.be.instanceOf(ConflictError);
  });

  it("lists every object under a prefix, over several pages", async () => {
    const keys = Array.from({ length: 1_001 }, (_, index) => `raw/${String(index).padStart(4, "0")}`);
    await Promise.all([...keys, "reports/a"].map((key) => buckets.data.put(key, "1", "text/plain")));
    const listed = await Array.fromAsync(buckets.data.list("raw/"));
    expect(listed.map(({ Key }) => Key)).to.deep.equal(keys);
  }).timeout(20_000);
});
