import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { allow, expectRefusal, type Fixture, newBucket, readText, s3Client, send } from "./support";

/** S3: digests and conditions. */
export function writesContract(fixture: () => Fixture): void {
  describe("digests", () => {
    const Key = "checked";
    const Body = "some bytes";
    const wrong = (algorithm: string, text = "other bytes") =>
      createHash(algorithm).update(text).digest("base64");

    it("accepts correct digests and returns the checksum", async () => {
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

    it("refuses damaged content and leaves the object unchanged", async () => {
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

    it("reads a stream's framing, and refuses damaged framing", async () => {
      const { cloud, s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const stream = { Body: Readable.from([Buffer.from("some "), Buffer.from("bytes")]), ContentLength: 10 };
      await s3.send(new PutObjectCommand({ Bucket, Key, ...stream }));
      expect(await readText(s3, { Bucket, Key })).to.equal(Body);

      // Everybody may write here, so that the test can send handwritten, unsigned requests.
      await cloud.putPublicAccessBlock(Bucket, null);
      await cloud.putBucketPolicy(
        Bucket,
        allow("s3:PutObject", `arn:aws:s3:::${Bucket}/*`, { Principal: "*" }),
      );
      const sha256 = "x-amz-checksum-sha256";
      const chunked = {
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      };
      const put = async (body: string, headers: Record<string, string>) => {
        const answer = await send(`${cloud.endpoint}/${Bucket}/raw`, { method: "PUT", body, headers });
        return [answer.status, /<Code>(.*)<\/Code>/.exec(answer.body)?.[1]];
      };
      const right = `5\r\nsome \r\n5\r\nbytes\r\n0\r\n${sha256}:${wrong("sha256", Body)}\r\n\r\n`;
      const trailer = { ...chunked, "x-amz-trailer": sha256, "x-amz-decoded-content-length": "10" };
      expect(await put(right, trailer)).to.deep.equal([200, undefined]);
      expect(await put(right.replace("bytes", "BYTES"), trailer)).to.deep.equal([400, "BadDigest"]);
      expect(await put(right.slice(0, 12), trailer)).to.deep.equal([400, "IncompleteBody"]);
      expect(await put(right, { ...trailer, "x-amz-decoded-content-length": "11" })).to.deep.equal([
        400,
        "IncompleteBody",
      ]);
      expect(await readText(s3, { Bucket, Key: "raw" })).to.equal(Body);
    });

    it("refuses a request that was changed after it was signed", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const changed = (change: (request: { body: unknown; headers: Record<string, string> }) => void) => {
        const client = s3Client(cloud);
        // Without a checksum, only the signature reveals the change.
        client.config.requestChecksumCalculation = async () => "WHEN_REQUIRED";
        client.middlewareStack.add(
          (next) => (args) => {
            change(args.request as { body: unknown; headers: Record<string, string> });
            return next(args);
          },
          { step: "deserialize", priority: "low" },
        );
        return client.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { a: "1" } }));
      };
      await expectRefusal(
        changed((request) => {
          request.body = "SOME BYTES";
        }),
        "XAmzContentSHA256Mismatch",
        400,
      );
      await expectRefusal(
        changed(({ headers }) => {
          headers["x-amz-meta-a"] = "2";
        }),
        "SignatureDoesNotMatch",
        403,
      );
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

    it("lets exactly one of twenty writers replace the version that all have read", async () => {
      const { s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "state", Body: "0" }));
      const writers = Array.from({ length: 20 }, (_, index) =>
        s3.send(new PutObjectCommand({ Bucket, Key: "state", Body: `new ${index}`, IfMatch: ETag })),
      );
      const results = await Promise.allSettled(writers);
      expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    });

    it("refuses a conditional write of a missing object", async () => {
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

    it("honours conditions on reads", async () => {
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
}
