import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startCloud } from "../../src/startCloud";
import { expectRefusal, newBucket, readText, useCloud } from "../contract/support";

describe("a multipart upload to the local cloud", () => {
  const fixture = useCloud(async () => ({ cloud: await startCloud() }));

  async function upload(versioned: boolean) {
    const { s3 } = fixture();
    const target = { Bucket: await newBucket(fixture(), versioned), Key: "file" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const part = { ...target, UploadId, PartNumber: 1 };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "first" }));
    const complete = (condition = {}) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...target,
          ...condition,
          UploadId,
          MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
        }),
      );
    return { target, part, complete };
  }

  it("is completed once, and refuses parts after that", async () => {
    const { s3 } = fixture();
    const { target, part, complete } = await upload(true);
    const both = await Promise.allSettled([complete(), complete()]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: target.Bucket }));
    expect(Versions).to.have.length(1);
    await expectRefusal(s3.send(new UploadPartCommand({ ...part, Body: "late" })), "NoSuchUpload", 404);
  });

  it("stays open if its object may not be written", async () => {
    const { s3 } = fixture();
    const { target, complete } = await upload(false);
    await s3.send(new PutObjectCommand({ ...target, Body: "other" }));
    await expectRefusal(complete({ IfNoneMatch: "*" }), "PreconditionFailed", 412);
    await complete();
    expect(await readText(s3, target)).to.equal("first");
  });
});

describe("a copy in the local cloud", () => {
  const fixture = useCloud(async () => ({ cloud: await startCloud() }));

  it("refuses a source whose name is not validly encoded", async () => {
    const { s3 } = fixture();
    const Bucket = await newBucket(fixture());
    const copy = new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/%E0%A4` });
    await expectRefusal(s3.send(copy), "InvalidArgument", 400);
  });
});
