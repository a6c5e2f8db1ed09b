import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";
import { startCloud } from "../src/startCloud";
import { readText, s3Client } from "./contract/support";

const MODULE = path.join(__dirname, "..", "src", "startCloud.ts");
/** Starts a cloud, stores an object, then starts replacing it with a body that never ends. */
const WRITER = `(async () => {
  const { request } = require("node:http");
  const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");
  const cloud = await require(${JSON.stringify(MODULE)}).startCloud({ dataDir: process.env.DATA_DIR });
  await cloud.createBucket("data");
  const { endpoint, region, operator: credentials } = cloud;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: "data", Key: "file", Body: "complete" }));
  await cloud.putPublicAccessBlock("data", null);
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::data/*" };
  await cloud.putBucketPolicy("data", { Version: "2012-10-17", Statement: [statement] });
  const put = request(endpoint + "/data/file", { method: "PUT", headers: { "content-length": 1e9 } });
  put.on("error", () => {});
  put.write(Buffer.alloc(1e6));
  const { readdirSync } = require("node:fs");
  while (readdirSync(process.env.DATA_DIR + "/objects").length < 2) await new Promise(setImmediate);
  console.log("writing");
  setInterval(() => {}, 1000);
})();`;

describe("a local cloud's data directory", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), "local-cloud-data-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it("holds the last complete object, and nothing else, after its process was killed", async () => {
    const env = { ...process.env, DATA_DIR: dataDir };
    const child = spawn(process.execPath, [...TYPESCRIPT, "-e", WRITER], { env });
    const closed = once(child, "close");
    await Promise.race([once(child.stdout, "data"), closed]);
    child.kill("SIGKILL");
    await closed;
    const objects = path.join(dataDir, "objects");
    expect(readdirSync(objects)).to.have.length(2);
    const cloud = await startCloud({ dataDir });
    try {
      expect(await readText(s3Client(cloud), { Bucket: "data", Key: "file" })).to.equal("complete");
      expect(readdirSync(objects)).to.have.length(1);
    } finally {
      await cloud.close();
    }
  });

  it("leaves files alone that it did not write", async () => {
    const objects = path.join(dataDir, "objects");
    mkdirSync(path.join(objects, "folder"), { recursive: true });
    writeFileSync(path.join(objects, "thesis.txt"), "mine");
    const cloud = await startCloud({ dataDir });
    await cloud.close();
    expect(readdirSync(objects).sort()).to.deep.equal(["folder", "thesis.txt"]);
  });

  it("is refused if an older release wrote it", async () => {
    writeFileSync(path.join(dataDir, "fauxqs.db"), "");
    const message = await startCloud({ dataDir }).catch((error: Error) => error.message);
    expect(message).to.match(
      /written by an older release \(it has a file fauxqs\.db\): remove the directory, or give another one\.$/,
    );
  });

  it("keeps no file for a refused body", async () => {
    const cloud = await startCloud({ dataDir });
    try {
      await cloud.createBucket("data");
      const s3 = s3Client(cloud);
      const put = new PutObjectCommand({ Bucket: "data", Key: "x", Body: "x", ChecksumCRC32: "AAAAAA==" });
      await s3.send(put).catch(() => {});
      expect((await s3.send(new ListObjectsV2Command({ Bucket: "data" }))).Contents).to.equal(undefined);
      expect(readdirSync(path.join(dataDir, "objects"))).to.deep.equal([]);
    } finally {
      await cloud.close();
    }
  });
});
