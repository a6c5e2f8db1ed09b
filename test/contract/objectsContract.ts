import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect } from "chai";
import { expectError, expectRefusal, type Fixture, newBucket, readText } from "./support";

const MIB = 1024 * 1024;

/** S3: objects, conditions, digests, uploads, versions. */
export function objectsContract(fixture: () => Fixture): void {
  describe("objects", () => {
    it("keeps content, type and metadata under any key", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      for (const Key of [
        "plain.txt",
        "with space/and+plus.txt",
        "ümläut/数据.csv",
        "percent%20sign&<tag>'\".txt",
        "a//b",
        "~(x)!*'",
      ]) {
        const put = {
          Bucket,
          Key,
          Body: `content of ${Key}`,
          ContentType: "text/x-test",
          Metadata: { source: "here" },
        };
        await s3.send(new PutObjectCommand({ ...put, CacheControl: "max-age=60", ContentEncoding: "gzip" }));
        const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
        expect(await got.Body?.transformToString()).to.equal(`content of ${Key}`);
        expect(got).to.include({
          ContentType: "text/x-test",
          CacheControl: "max-age=60",
          ContentEncoding: "gzip",
        });
        expect(got.Metadata).to.deep.equal({ source: "here" });
        expect(got.ETag).to.equal(`"${createHash("md5").update(`content of ${Key}`).digest("hex")}"`);
        expect(
          (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))).Contents?.map((one) => one.Key),
        ).to.deep.equal([Key]);
      }
    });

    it("tells what is missing, as S3 does", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await expectRefusal(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), "NoSuchKey", 404);
      await expectRefusal(s3.send(new HeadObjectCommand({ Bucket, Key: "none" })), "NotFound", 404);
      await expectRefusal(
        s3.send(new GetObjectCommand({ Bucket: "no-such-bucket", Key: "x" })),
        "NoSuchBucket",
        404,
      );
      await expectRefusal(s3.send(new HeadBucketCommand({ Bucket: "no-such-bucket" })), "NotFound", 404);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "none" }));
    });

    it("serves ranges", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key: "digits", Body: "0123456789" }));
      expect(await readText(s3, { Bucket, Key: "digits", Range: "bytes=2-4" })).to.equal("234");
      expect(await readText(s3, { Bucket, Key: "digits", Range: "bytes=8-" })).to.equal("89");
      expect(await readText(s3, { Bucket, Key: "digits", Range: "bytes=-3" })).to.equal("789");
      const part = await s3.send(new GetObjectCommand({ Bucket, Key: "digits", Range: "bytes=8-99" }));
      expect([part.ContentRange, part.ContentLength]).to.deep.equal(["bytes 8-9/10", 2]);
      await expectRefusal(
        s3.send(new GetObjectCommand({ Bucket, Key: "digits", Range: "bytes=10-" })),
        "InvalidRange",
        416,
      );
    });

    it("lists in the order of bytes, in pages, with folders", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const keys = ["B", "a", "a/1", "a/2", "b/1", "c", "Ä"];
      for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));

      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
        expect(page.KeyCount).to.be.at.most(2);
        seen.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      expect(seen).to.deep.equal(["B", "a", "a/1", "a/2", "b/1", "c", "Ä"]);

      const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 3 }));
      expect(folders.Contents?.map(({ Key }) => Key)).to.deep.equal(["B", "a"]);
      expect(folders.CommonPrefixes).to.deep.equal([{ Prefix: "a/" }]);
      const rest = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          Delimiter: "/",
          ContinuationToken: folders.NextContinuationToken,
        }),
      );
      expect(rest.CommonPrefixes).to.deep.equal([{ Prefix: "b/" }]);
    });

    it("copies with the source's metadata, or with new metadata", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: "from here",
          Body: "x",
          ContentType: "text/csv",
          Metadata: { a: "1" },
        }),
      );
      const CopySource = `${Bucket}/${encodeURIComponent("from here")}`;
      await s3.send(new CopyObjectCommand({ Bucket, Key: "same", CopySource }));
      await s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: "new",
          CopySource,
          MetadataDirective: "REPLACE",
          Metadata: { b: "2" },
        }),
      );
      const same = await s3.send(new HeadObjectCommand({ Bucket, Key: "same" }));
      expect([same.ContentType, same.Metadata]).to.deep.equal(["text/csv", { a: "1" }]);
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "new" }))).Metadata).to.deep.equal({
        b: "2",
      });
    });

    it("deletes many at once", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      for (const Key of ["a&amp;b", "two", "three"])
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
      const Objects = [{ Key: "a&amp;b" }, { Key: "two" }, { Key: "never was" }];
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(answer.Deleted?.map(({ Key }) => Key)).to.deep.equal(["a&amp;b", "two", "never was"]);
      expect(
        (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key),
      ).to.deep.equal(["three"]);
    });

    it("refuses what it does not implement", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await expectRefusal(s3.send(new GetBucketAclCommand({ Bucket })), "NotImplemented", 501);
      const put = { Bucket, Key: "x", Body: "x" };
      await expectRefusal(s3.send(new PutObjectCommand({ ...put, Tagging: "a=b" })), "NotImplemented", 501);
      await expectRefusal(
        s3.send(new PutObjectCommand({ ...put, StorageClass: "GLACIER" })),
        "NotImplemented",
        501,
      );
      await expectRefusal(
        s3.send(new GetObjectCommand({ Bucket, Key: "x", PartNumber: 1 })),
        "NotImplemented",
        501,
      );
    });
  });

  describe("digests", () => {
    const Key = "checked";
    const Body = "some bytes";
    const wrong = (algorithm: string, text = "other bytes") =>
      createHash(algorithm).update(text).digest("base64");

    it("accepts what is right and hands the checksum back", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentMD5: wrong("md5", Body) }));
      for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
        const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm }));
        const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
        const field = `Checksum${ChecksumAlgorithm}` as const;
        expect(got[field]).to.be.a("string").that.equals(put[field]);
        expect(await got.Body?.transformToString()).to.equal(Body);
      }
    });

    it("refuses damaged content and leaves the object as it was", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "before" }));
      const put = { Bucket, Key, Body };
      await expectRefusal(
        s3.send(new PutObjectCommand({ ...put, ContentMD5: wrong("md5") })),
        "BadDigest",
        400,
      );
      await expectRefusal(
        s3.send(new PutObjectCommand({ ...put, ContentMD5: "short" })),
        "InvalidDigest",
        400,
      );
      await expectRefusal(
        s3.send(new PutObjectCommand({ ...put, ChecksumSHA256: wrong("sha256") })),
        "BadDigest",
        400,
      );
      await expectRefusal(
        s3.send(new PutObjectCommand({ ...put, ChecksumCRC32: "AAAAAA==" })),
        "BadDigest",
        400,
      );
      expect(await readText(s3, { Bucket, Key })).to.equal("before");
    });
  });

  describe("conditional requests", () => {
    it("lets exactly one of twenty writers create an object", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const writers = Array.from({ length: 20 }, (_, index) =>
        s3
          .send(new PutObjectCommand({ Bucket, Key: "once", Body: String(index), IfNoneMatch: "*" }))
          .then(() => index),
      );
      const results = await Promise.allSettled(writers);
      const winners = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const losers = results.flatMap((result) => (result.status === "rejected" ? [result.reason.name] : []));
      expect(winners).to.have.length(1);
      expect(losers).to.deep.equal(Array(19).fill("PreconditionFailed"));
      expect(await readText(s3, { Bucket, Key: "once" })).to.equal(String(winners[0]));
    });

    it("lets exactly one of twenty writers replace what all have read", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "state", Body: "0" }));
      const writers = Array.from({ length: 20 }, (_, index) =>
        s3.send(new PutObjectCommand({ Bucket, Key: "state", Body: `new ${index}`, IfMatch: ETag })),
      );
      const results = await Promise.allSettled(writers);
      expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    });

    it("refuses a write on condition of an object that is not there", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const put = new PutObjectCommand({
        Bucket,
        Key: "gone",
        Body: "x",
        IfMatch: '"5d41402abc4b2a76b9719d911017c592"',
      });
      await expectRefusal(s3.send(put), "NoSuchKey", 404);
    });

    it("reads on condition", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "read", Body: "x" }));
      expect(await readText(s3, { Bucket, Key: "read", IfMatch: ETag })).to.equal("x");
      await expectRefusal(
        s3.send(new GetObjectCommand({ Bucket, Key: "read", IfMatch: '"other"' })),
        "PreconditionFailed",
        412,
      );
      const unchanged = s3.send(new GetObjectCommand({ Bucket, Key: "read", IfNoneMatch: ETag }));
      expect(await unchanged.catch((error) => error.$metadata.httpStatusCode)).to.equal(304);
    });
  });

  describe("uploads in parts", () => {
    it("joins the parts, keeps metadata, and verifies them", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const Body = Buffer.alloc(12 * MIB, "0123456789abcde\n");
      const params = { Bucket, Key: "big file", Body, ContentType: "text/plain", Metadata: { a: "1" } };
      await new Upload({ client: s3, params, partSize: 5 * MIB }).done();
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big file" }));
      const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
      expect(bytes.equals(Body)).to.equal(true);
      expect(got.ETag).to.match(/-3"$/);
      expect([got.ContentType, got.Metadata]).to.deep.equal(["text/plain", { a: "1" }]);
    });

    it("takes a single large PUT", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key: "large", Body: Buffer.alloc(20 * MIB) }));
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "large" }))).ContentLength).to.equal(
        20 * MIB,
      );
    });

    it("completes on condition only", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key: "there", Body: "first" }));
      const params = { Bucket, Key: "there", Body: Buffer.alloc(6 * MIB), IfNoneMatch: "*" };
      await expectRefusal(
        new Upload({ client: s3, params, partSize: 5 * MIB }).done(),
        "PreconditionFailed",
        412,
      );
      expect(await readText(s3, { Bucket, Key: "there" })).to.equal("first");
    });
  });

  describe("versions", () => {
    it("keeps what is replaced and what is deleted", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture(), true);
      const Key = "file";
      const first = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
      const second = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "two" }));
      expect(await readText(s3, { Bucket, Key })).to.equal("two");
      expect(await readText(s3, { Bucket, Key, VersionId: first.VersionId })).to.equal("one");

      const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expect(deleted.DeleteMarker).to.equal(true);
      await expectRefusal(s3.send(new GetObjectCommand({ Bucket, Key })), "NoSuchKey", 404);
      expect(await readText(s3, { Bucket, Key, VersionId: second.VersionId })).to.equal("two");
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect(listed.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).to.deep.equal([
        [deleted.VersionId, true],
      ]);
      expect(listed.Versions?.map(({ VersionId, Size }) => [VersionId, Size])).to.deep.equal([
        [second.VersionId, 3],
        [first.VersionId, 3],
      ]);

      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: deleted.VersionId }));
      expect(await readText(s3, { Bucket, Key })).to.equal("two");
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: second.VersionId }));
      expect(await readText(s3, { Bucket, Key })).to.equal("one");
    });

    it("keeps an object from before versioning as the version null", async () => {
      const { s3, cloud } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key: "old", Body: "before" }));
      await cloud.putBucketVersioning(Bucket, "Enabled");
      await s3.send(new PutObjectCommand({ Bucket, Key: "old", Body: "after" }));
      expect(await readText(s3, { Bucket, Key: "old", VersionId: "null" })).to.equal("before");
    });

    it("keeps what an upload in parts replaces", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture(), true);
      const first = await s3.send(new PutObjectCommand({ Bucket, Key: "file", Body: "one" }));
      await new Upload({
        client: s3,
        params: { Bucket, Key: "file", Body: Buffer.alloc(6 * MIB) },
        partSize: 5 * MIB,
      }).done();
      expect(await readText(s3, { Bucket, Key: "file", VersionId: first.VersionId })).to.equal("one");
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "file" }))).ContentLength).to.equal(6 * MIB);
    });

    it("removes a bucket only when nothing is in it, unless forced", async () => {
      const { s3, cloud } = fixture();
      const Bucket = await newBucket(fixture(), true);
      await s3.send(new PutObjectCommand({ Bucket, Key: "x", Body: "x" }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "x" }));
      await expectError(cloud.deleteBucket(Bucket, { force: false }), /not empty/);
      await cloud.deleteBucket(Bucket, { force: true });
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      expect(Buckets.map(({ Name }) => Name)).not.to.include(Bucket);
      await cloud.deleteBucket(Bucket, { force: false });
    });
  });
}
