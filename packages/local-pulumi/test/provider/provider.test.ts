import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { digestAssets, readArchive } from "../../src/provider/assets";
import { createProvider, type ResourceProvider } from "../../src/provider/provider";
import { resourceTypes } from "../../src/provider/registry";
import { type Properties, ProviderError } from "../../src/provider/resourceType";
import { recordingCloud } from "../support/recordingCloud";

const { AssetArchive, FileArchive, FileAsset, RemoteAsset, StringAsset } = pulumi.asset;

function setup(stack = "dev") {
  const recording = recordingCloud({ websiteEndpoint: () => "http://127.0.0.1:4567" });
  const provider = createProvider(recording.cloud, { stack, objects: recording.objects });
  /** Creates a resource with the first inputs, then updates it to the second. */
  async function update(type: string, from: Properties, to: Properties) {
    const inputs = provider.check(type, "name", from);
    const state = await provider.create(type, "name", inputs);
    recording.take();
    return provider.update(
      type,
      "name",
      { ...state, inputs: await digestAssets(inputs) },
      provider.check(type, "name", to),
    );
  }
  return { ...recording, provider, update };
}

async function create(provider: ResourceProvider, type: string, name: string, inputs: Properties) {
  return provider.create(type, name, provider.check(type, name, inputs));
}

const QUEUE = "aws:sqs/queue:Queue";
const BUCKET = "aws:s3/bucket:Bucket";

describe("provider", () => {
  describe("resource types", () => {
    for (const [type, { properties, physicalName, replaceOn }] of Object.entries(resourceTypes)) {
      if (!type.startsWith("aws:") && type !== "pulumi:providers:aws") continue;
      it(`${type} and its properties exist in Pulumi`, async () => {
        const module = type.startsWith("aws:") ? (type.split(":")[1] ?? "") : "provider";
        const { default: exported } = await import(`@pulumi/aws/${module}.js`);
        const [resource] = Object.values(exported as Record<string, { __pulumiType?: string }>);
        expect(resource?.__pulumiType).to.equal(type.startsWith("aws:") ? type : "aws");
        const known = [...String(resource).matchAll(/resourceInputs\["(\w+)"\] = (?!undefined)/g)].map(
          ([, name]) => name,
        );
        expect(known).to.include.members([...properties, ...replaceOn]);
        if (physicalName) expect(known).to.include(physicalName.property);
      });
    }
  });

  describe("check", () => {
    const { provider } = setup();

    it("generates the same physical name for the same stack and name", () => {
      const name = (p: ResourceProvider, logical: string) => p.check(QUEUE, logical, {}).name;
      // The first 7 digits of the SHA-256 of dev/changes, by sha256sum.
      expect(name(provider, "changes")).to.equal("changes-4d0d7fc");
      expect(name(setup().provider, "changes")).to.equal(name(provider, "changes"));
      expect(name(setup("prod").provider, "changes")).to.not.equal(name(provider, "changes"));
    });

    it("keeps a given name, and generates bucket names in lower case", () => {
      expect(provider.check(QUEUE, "changes", { name: "mine" }).name).to.equal("mine");
      expect(provider.check(BUCKET, "DataBucket", {}).bucket).to.match(/^databucket-[0-9a-f]{7}$/);
    });

    it("adds the default tags to types with tags; the resource's own tags take precedence", () => {
      const tags = { project: "p", owner: "team" };
      expect(provider.check(QUEUE, "q", { tags: { owner: "me" } }, tags).tagsAll).to.deep.equal({
        project: "p",
        owner: "me",
      });
      const policy = { queueUrl: "u", policy: { Version: "2012-10-17", Statement: [] } };
      expect(provider.check("aws:sqs/queuePolicy:QueuePolicy", "q", policy, tags)).to.not.have.property(
        "tagsAll",
      );
    });

    const refused: [string, string, Properties, string][] = [
      ["an unsupported type", "aws:kinesis/stream:Stream", {}, "aws:kinesis/stream:Stream 'name'"],
      ["a type named like a property of Object's prototype", "toString", {}, "toString 'name'"],
      ["an unsupported property", QUEUE, { fifoQueue: true }, "fifoQueue: not supported on the local cloud"],
      [
        "an unsupported nested property",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        { eventSourceArn: "arn:aws:sqs:r:1:q", functionName: "f", scalingConfig: { minimum: 1 } },
        "scalingConfig.minimum: not supported on the local cloud",
      ],
      [
        "an unsupported value",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        { bucket: "b", rule: { objectOwnership: "ObjectWriter" } },
        "rule.objectOwnership",
      ],
      [
        "a policy that is not JSON",
        "aws:s3/bucketPolicy:BucketPolicy",
        { bucket: "b", policy: "{" },
        "policy",
      ],
      [
        "an event source that is not a queue",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        { eventSourceArn: "arn:aws:kinesis:r:1:s", functionName: "f" },
        "only a queue",
      ],
    ];
    for (const [what, type, inputs, message] of refused) {
      it(`refuses ${what}`, () => {
        expect(() => provider.check(type, "name", inputs)).to.throw(ProviderError, message);
      });
    }

    it("refuses an AWS provider for another region", async () => {
      const error = await create(provider, "pulumi:providers:aws", "aws", { region: "us-west-2" }).catch(
        (e) => e,
      );
      expect(error).to.be.instanceOf(ProviderError);
      expect(error.message).to.include("us-west-2").and.include("eu-west-1");
    });
  });

  it("reports what changed, and what AWS cannot change in place", () => {
    const { provider } = setup();
    expect(
      provider.diff(QUEUE, { name: "a", tags: { a: "1" } }, { name: "a", tags: { a: "1" } }),
    ).to.deep.equal({ changes: false, replaces: [] });
    expect(provider.diff(QUEUE, { name: "a" }, { name: "a", delaySeconds: 1 })).to.deep.equal({
      changes: true,
      replaces: [],
    });
    expect(provider.diff(QUEUE, { name: "a", delaySeconds: 1 }, { name: "b" })).to.deep.equal({
      changes: true,
      replaces: ["name"],
    });
  });

  it("resets a queue's dropped attributes to SQS's defaults", async () => {
    const { update, calls } = setup();
    const before = { name: "q", visibilityTimeoutSeconds: 60, redrivePolicy: "{}", delaySeconds: 1 };
    const { id, outputs } = await update(QUEUE, before, { name: "q", delaySeconds: 2 });
    const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/q";
    expect(calls).to.deep.equal([
      ["createQueue", "q", {}],
      ["setQueueAttributes", url, { DelaySeconds: "2", VisibilityTimeout: "30", RedrivePolicy: "" }],
    ]);
    expect([id, outputs.url, outputs.arn]).to.deep.equal([url, url, "arn:aws:sqs:eu-west-1:123456789012:q"]);
  });

  it("moves a queue's policy to another queue, unless only the address changed", async () => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    for (const [from, to, cleared] of [
      ["http://127.0.0.1:1/000000000000/q", "http://127.0.0.1:2/000000000000/q", []],
      ["http://127.0.0.1:1/000000000000/q", "http://127.0.0.1:1/000000000000/r", [{ Policy: "" }]],
    ] as const) {
      const { update, calls } = setup();
      const { id } = await update(
        "aws:sqs/queuePolicy:QueuePolicy",
        { queueUrl: from, policy },
        { queueUrl: to, policy },
      );
      expect(id).to.equal(to);
      expect(calls[0]).to.deep.equal(["setQueueAttributes", to, { Policy: policy }]);
      expect(calls.slice(1)).to.deep.equal(
        cleared.map((attributes) => ["setQueueAttributes", from, attributes]),
      );
    }
  });

  it("deletes inline policies that a role no longer declares", async () => {
    const { update, calls } = setup();
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
    });
    const role = (...names: string[]) => ({
      name: "r",
      assumeRolePolicy: policy,
      inlinePolicies: names.map((name) => ({ name, policy })),
    });
    await update("aws:iam/role:Role", role("a", "b"), role("b"));
    const set = calls.filter(([method]) => method === "putRolePolicy").map(([, ...args]) => args);
    const parsed = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    };
    expect(set).to.deep.equal([
      ["r", "b", parsed],
      ["r", "a", null],
    ]);
  });

  it("stops polling for a mapping's previous function", async () => {
    const { update, calls } = setup();
    const mapping = (functionName: string) => ({
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:q",
      functionName,
    });
    await update("aws:lambda/eventSourceMapping:EventSourceMapping", mapping("one"), mapping("two"));
    expect(calls.map(([method]) => method)).to.deep.equal([
      "putEventSourceMapping",
      "deleteEventSourceMapping",
    ]);
    expect(calls[1]?.[1]).to.equal("q-one");
  });

  it("accepts a function's ARN instead of its name", async () => {
    const { provider, calls } = setup();
    const permission = {
      statementId: "s",
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
    };
    const name = "arn:aws:lambda:eu-west-1:123456789012:function:sync";
    await create(provider, "aws:lambda/permission:Permission", "p", { ...permission, function: name });
    expect(calls[0]?.slice(1, 3)).to.deep.equal(["sync", "s"]);
  });

  it("returns the same outputs as AWS's own provider", async () => {
    const { provider } = setup();
    const bucket = await create(provider, BUCKET, "data", { bucket: "data-1" });
    expect(bucket).to.deep.equal({
      id: "data-1",
      outputs: {
        id: "data-1",
        bucket: "data-1",
        tagsAll: {},
        arn: "arn:aws:s3:::data-1",
        bucketDomainName: "data-1.s3.amazonaws.com",
        bucketRegion: "eu-west-1",
        bucketRegionalDomainName: "data-1.s3.eu-west-1.amazonaws.com",
        region: "eu-west-1",
      },
    });
    const site = { bucket: "data-1", indexDocument: { suffix: "index.html" } };
    const website = await create(
      provider,
      "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
      "site",
      site,
    );
    expect(website.outputs.websiteEndpoint).to.equal("127.0.0.1:4567");
    const topic = await create(provider, "aws:sns/topic:Topic", "alarms", { name: "alarms" });
    expect(topic.id).to.equal("arn:aws:sns:eu-west-1:123456789012:alarms");
  });

  it("reports account, region and partition, and refuses other functions", () => {
    const { provider } = setup();
    expect(provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}).accountId).to.equal(
      "123456789012",
    );
    expect(provider.invoke("aws:index/getRegion:getRegion", {}).region).to.equal("eu-west-1");
    expect(provider.invoke("aws:index/getPartition:getPartition", {}).partition).to.equal("aws");
    expect(() => provider.invoke("aws:index/getAmi:getAmi", {})).to.throw(
      ProviderError,
      "aws:index/getAmi:getAmi",
    );
    expect(() => provider.invoke("aws:index/getRegion:getRegion", { region: "eu-north-1" })).to.throw(
      "eu-north-1",
    );
  });

  it("says why a type has no effect", () => {
    const { provider } = setup();
    expect(provider.noEffectReason("awsx:cloudtrail:Trail")).to.include("audit log");
    expect(provider.noEffectReason(QUEUE)).to.equal(undefined);
  });

  describe("assets", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "assets-"));
      await mkdir(path.join(folder, "lib"));
      await writeFile(path.join(folder, "lib", "b.js"), "b");
      await writeFile(path.join(folder, "a.js"), "a");
    });
    after(() => rm(folder, { recursive: true }));

    it("are read from text, files, directories and archives in archives", async () => {
      const archive = new AssetArchive({
        "./text.js": new StringAsset("text"),
        "file.js": new FileAsset(path.join(folder, "a.js")),
        inner: new AssetArchive({ "x.js": new StringAsset("x") }),
        directory: new FileArchive(folder),
      });
      const files = Object.entries(await readArchive(archive)).map(([file, content]) => [
        file,
        content.toString(),
      ]);
      expect(files).to.deep.equal([
        ["directory/a.js", "a"],
        ["directory/lib/b.js", "b"],
        ["file.js", "a"],
        ["inner/x.js", "x"],
        ["text.js", "text"],
      ]);
    });

    it("are digested by their content", async () => {
      const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
      const archive = new AssetArchive({ "a.js": new FileAsset(path.join(folder, "a.js")) });
      expect(
        await digestAssets({ code: archive, list: [{ source: new StringAsset("äb") }], name: "n" }),
      ).to.deep.equal({
        code: { archive: { "a.js": { bytes: 1, sha256: sha256("a") } } },
        list: [{ source: { asset: { bytes: 3, sha256: sha256("äb") } } }],
        name: "n",
      });
    });

    it("are refused if remote or packed", async () => {
      const archive = new AssetArchive({ a: new RemoteAsset("https://example.com/a") });
      expect(await readArchive(archive).catch((error) => error)).to.be.instanceOf(ProviderError);
      const packed = new FileArchive(path.join(folder, "a.js"));
      expect((await readArchive(packed).catch((error) => error)).message).to.include("not unpacked");
    });
  });

  it("puts the page's files into S3 at the cloud's endpoint, and deletes them", async () => {
    const requests: { request: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer(async (request, response) => {
      const body = (await request.setEncoding("utf8").toArray()).join("");
      requests.push({
        request: `${request.method} ${request.url?.split("?")[0]}`,
        headers: request.headers,
        body,
      });
      response.writeHead(request.method === "DELETE" ? 204 : 200, { "x-amz-version-id": "v7" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const operator = { accessKeyId: "operator", secretAccessKey: "secret" };
    const { cloud } = recordingCloud({ endpoint: `http://127.0.0.1:${port}`, operator });
    const provider = createProvider(cloud, { stack: "dev" });
    const type = "aws:s3/bucketObjectv2:BucketObjectv2";
    const file = {
      bucket: "b",
      key: "a b.html",
      content: "<p>hi</p>",
      contentType: "text/html",
      cacheControl: "no-cache",
    };
    const { id, outputs } = await create(provider, type, "page", file);
    await provider.delete(type, "page", { id, outputs, inputs: file });
    await new Promise((resolve) => server.close(resolve));

    expect(requests.map(({ request }) => request)).to.deep.equal([
      "PUT /b/a%20b.html",
      "DELETE /b/a%20b.html",
    ]);
    expect(requests[0]?.body).to.equal("<p>hi</p>");
    expect(requests[0]?.headers).to.include({ "content-type": "text/html", "cache-control": "no-cache" });
    expect(requests[0]?.headers.authorization).to.include("Credential=operator/");
    expect(outputs).to.include({
      versionId: "v7",
      etag: createHash("md5").update("<p>hi</p>").digest("hex"),
    });
  });
});
