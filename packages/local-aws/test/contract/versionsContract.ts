import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect } from "chai";
import { expectError, expectRefusal, type Fixture, newBucket, readText } from "./support";

const MIB = 1024 * 1024;

/** S3: multipart uploads and versions. */
export function versionsContract(fixture: () => Fixture): void {
  describe("multipart uploads", () => {
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

    it("accepts a single large PUT", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      await s3.send(new PutObjectCommand({ Bucket, Key: "large", Body: Buffer.alloc(20 * MIB) }));
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "large" }))).ContentLength).to.equal(
        20 * MIB,
      );
    });

    it("completes only if the condition holds", async () => {
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
    it("keeps replaced and deleted versions", async () => {
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

    it("keeps the version that a multipart upload replaces", async () => {
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

    it("removes a bucket only if it is empty, unless forced", async () => {
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
