import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { allow, expectError, type Fixture, newBucket, send } from "./support";

/** A bucket's website. */
export function websiteContract(fixture: () => Fixture): void {
  /** A public site with a few pages. @param listable whether everybody may also list it. */
  async function site(options: { listable?: boolean; errorDocument?: string } = {}) {
    const { cloud, s3 } = fixture();
    const Bucket = await newBucket(fixture());
    const pages = {
      "index.html": "home",
      "docs/index.html": "docs",
      "error.html": "sorry",
      "data 1.json": "{}",
      "private/x": "secret",
    };
    for (const [Key, Body] of Object.entries(pages)) {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body,
          ContentType: Key.endsWith("json") ? "application/json" : "text/html",
        }),
      );
    }
    await cloud.putPublicAccessBlock(Bucket, null);
    const arn = `arn:aws:s3:::${Bucket}`;
    const read = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*` };
    const list = { Effect: "Allow", Principal: "*", Action: "s3:ListBucket", Resource: arn };
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/private/*` };
    const Statement = options.listable ? [read, list, deny] : [read, deny];
    await cloud.putBucketPolicy(Bucket, { Version: "2012-10-17", Statement });
    const { errorDocument } = options;
    await cloud.putBucketWebsite(Bucket, {
      indexDocument: "index.html",
      ...(errorDocument && { errorDocument }),
    });
    return { Bucket, address: cloud.websiteEndpoint(Bucket) };
  }

  describe("website", () => {
    it("serves pages, index documents and content types", async () => {
      const { address } = await site();
      const home = await send(`${address}/`);
      expect(home).to.include({ status: 200, body: "home" });
      expect(home.headers["content-type"]).to.equal("text/html");
      expect(await send(`${address}/docs/`)).to.include({ status: 200, body: "docs" });
      const data = await send(`${address}/data%201.json?anything=1`);
      expect([data.body, data.headers["content-type"]]).to.deep.equal(["{}", "application/json"]);
      expect(await send(`${address}/`, { method: "HEAD" })).to.include({ status: 200, body: "" });
      expect(
        (await send(`${address}/`, { headers: { "if-none-match": String(home.headers.etag) } })).status,
      ).to.equal(304);
    });

    it("redirects a folder without its trailing slash", async () => {
      const { address } = await site();
      const answer = await send(`${address}/docs`);
      expect([answer.status, answer.headers.location]).to.deep.equal([302, "/docs/"]);
    });

    it("never lists", async () => {
      const { address } = await site({ listable: true });
      expect(await send(`${address}/?list-type=2`)).to.include({ status: 200, body: "home" });
    });

    it("answers 404 for a missing key if listing is allowed, and 403 for a private one", async () => {
      const { address } = await site({ listable: true });
      expect((await send(`${address}/none`)).status).to.equal(404);
      expect((await send(`${address}/private/x`)).status).to.equal(403);
    });

    it("answers 403 for a missing key if listing is not allowed", async () => {
      const { address } = await site();
      expect((await send(`${address}/none`)).status).to.equal(403);
    });

    it("serves the error document with the error's status", async () => {
      const { address } = await site({ listable: true, errorDocument: "error.html" });
      expect(await send(`${address}/none`)).to.include({ status: 404, body: "sorry" });
    });

    it("accepts only GET and HEAD", async () => {
      const { address } = await site();
      for (const method of ["PUT", "POST", "DELETE"])
        expect((await send(`${address}/index.html`, { method })).status).to.equal(405);
    });

    it("closes with the public's access, and with its configuration", async () => {
      const { cloud } = fixture();
      const { Bucket, address } = await site();
      await cloud.putBucketPolicy(
        Bucket,
        allow("s3:GetObject", `arn:aws:s3:::${Bucket}/*`, {
          Principal: { AWS: `arn:aws:iam::${cloud.accountId}:root` },
        }),
      );
      expect((await send(`${address}/`)).status).to.equal(403);
      await cloud.putBucketWebsite(Bucket, null);
      await expectError(
        Promise.resolve().then(() => cloud.websiteEndpoint(Bucket)),
        /has no website/,
      );
    });
  });
}
