import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { expectRefusal, type Fixture, newBucket, readText } from "./support";

/** S3: objects, conditions, digests, uploads, versions. */
export function objectsContract(fixture: () => Fixture): void {
  describe("objects", () => {
    it("keeps content, type and metadata for any key", async () => {
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

    it("reports missing things as S3 does", async () => {
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

    it("lists in byte order, in pages, with folders", async () => {
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

    it("deletes many objects at once", async () => {
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
  });
}
