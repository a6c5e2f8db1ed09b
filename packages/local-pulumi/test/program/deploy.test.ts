import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import { rejection } from "../../../../test/support/rejection";
import { type DeployOptions, deploy, ResourceError, type ResourceEvent } from "../../src/program/deploy";
import { ProjectError } from "../../src/program/projectConfig";
import { fileStateStore, type StateStore, type StoredResource } from "../../src/program/stateStore";
import { createProvider } from "../../src/provider/provider";
import { ProviderError } from "../../src/provider/resourceType";
import { type RecordingCloud, recordingCloud } from "../support/recordingCloud";

const fixtures = path.join(__dirname, "..", "fixtures");

/** Deploys a fixture to a recording cloud, any number of times, each with the test's changes. */
function deployer(fixture: string, recording: RecordingCloud = recordingCloud()) {
  let stored: StoredResource[] = [];
  const state: StateStore = {
    load: async () => structuredClone(stored),
    save: async (resources) => {
      stored = structuredClone([...resources]);
    },
  };
  const events: ResourceEvent[] = [];
  const provider = createProvider(recording.cloud, {
    stack: "dev",
    identity: "kept",
    objects: recording.objects,
  });
  return {
    recording,
    events,
    stored: () => stored,
    deploy: (config: Record<string, string> = {}, changes: Partial<DeployOptions> = {}) => {
      const onResource = (event: ResourceEvent) => events.push(event);
      return deploy({
        directory: path.join(fixtures, fixture),
        stack: "dev",
        config,
        provider,
        state,
        onResource,
        ...changes,
      });
    },
  };
}

describe("deploy", () => {
  describe("the first deployment of a program", () => {
    it("creates every resource, and resolves the outputs", async () => {
      const { deploy, recording } = deployer("pipeline");
      const { outputs, counts, resources } = await deploy();
      const [bucket] = recording.calls.find(([method]) => method === "createBucket")?.slice(1) ?? [];
      expect(bucket).to.match(/^data-[0-9a-f]{7}$/);
      expect(outputs).to.deep.equal({
        account: "123456789012",
        bucketName: bucket,
        bucketTags: { project: "pipeline", kind: "raw" },
        queueUrls: [resources.find(({ name }) => name === "changes")?.id],
        password: "open sesame",
      });
      expect(counts).to.deep.equal({ create: 8, update: 0, replace: 0, same: 0, delete: 0 });
      expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
        "aws:iam/role:Role greeter",
        "aws:lambda/function:Function greeter",
        "aws:lambda/permission:Permission late",
        "aws:s3/bucket:Bucket Data",
        "aws:s3/bucketObjectv2:BucketObjectv2 page",
        "aws:sqs/queue:Queue changes",
        "pipeline:index:Greeter greeter",
        "pulumi:providers:aws aws",
      ]);
    });

    it("passes the function's files, role and environment to the cloud", async () => {
      const { deploy, recording } = deployer("pipeline");
      await deploy();
      const [configuration] = recording.calls.find(([method]) => method === "putFunction")?.slice(1) ?? [];
      const { files, ...rest } = configuration as { files: Record<string, Buffer>; roleArn: string };
      expect(Object.keys(files)).to.deep.equal(["__index.js", "lambda/handler.js"]);
      expect(files["lambda/handler.js"]?.toString()).to.include("process.env.GREETING");
      expect(files["__index.js"]?.toString()).to.include("./lambda/handler.js");
      expect(rest).to.deep.include({
        handler: "__index.handler",
        runtime: "nodejs24.x",
        timeoutSeconds: 180,
        environment: { GREETING: "hello, dev", PASSWORD: "open sesame" },
      });
      expect(rest.roleArn).to.match(/^arn:aws:iam::123456789012:role\/greeter-[0-9a-f]{7}$/);
    });

    it("assigns the same URNs as Pulumi's engine", async () => {
      const { resources } = await deployer("pipeline").deploy();
      const urns = resources.map(({ urn }) => urn);
      expect(urns).to.include("urn:pulumi:dev::pipeline::pipeline:index:Greeter$aws:iam/role:Role::greeter");
      expect(urns).to.include("urn:pulumi:dev::pipeline::aws:s3/bucket:Bucket::Data");
    });

    it("restores the working directory and the listeners", async () => {
      const before = [
        process.cwd(),
        process.listeners("unhandledRejection"),
        process.listenerCount("beforeExit"),
      ];
      await deployer("pipeline").deploy();
      expect([
        process.cwd(),
        process.listeners("unhandledRejection"),
        process.listenerCount("beforeExit"),
      ]).to.deep.equal(before);
    });
  });

  describe("another deployment of a program", () => {
    it("changes nothing if nothing changed", async () => {
      const { deploy, recording } = deployer("pipeline");
      const first = await deploy();
      recording.take();
      const second = await deploy();
      expect(recording.take()).to.deep.equal([]);
      expect(second.counts).to.deep.equal({ create: 0, update: 0, replace: 0, same: 8, delete: 0 });
      expect(second.outputs).to.deep.equal(first.outputs);
    });

    it("updates what changed, and nothing else", async () => {
      const { deploy, recording } = deployer("pipeline");
      await deploy();
      recording.take();
      const { counts } = await deploy({ delays: '{"changes":7}' });
      const calls = recording.take();
      expect(calls.map(([method]) => method)).to.deep.equal(["createQueue", "setQueueAttributes"]);
      expect(calls[1]?.[2]).to.deep.equal({ DelaySeconds: "7" });
      expect(counts).to.deep.equal({ create: 0, update: 1, replace: 0, same: 7, delete: 0 });
    });

    it("updates a function whose code changed", async () => {
      const { deploy, recording } = deployer("pipeline");
      await deploy();
      recording.take();
      const { counts } = await deploy({ code: "other" });
      const calls = recording.take();
      expect(calls.map(([method]) => method)).to.deep.equal(["putFunction"]);
      expect(counts.update).to.equal(1);
    });

    it("deletes what is no longer declared, in reverse order of creation", async () => {
      const { deploy, recording, stored } = deployer("pipeline");
      await deploy({ delays: '{"one":1,"two":2}' });
      const removed = stored().filter(({ type, name }) => type.startsWith("aws:sqs") || name === "page");
      recording.take();
      const { counts, resources } = await deploy({ delays: "{}", publish: "false" });
      const deletions = recording.take().map(([method, ...args]) => `${method} ${args.join("/")}`);
      const expected = removed.map(({ name, id }) =>
        name === "page" ? `deleteObject ${id}` : `deleteQueue ${id}`,
      );
      expect(deletions).to.deep.equal(expected.reverse());
      expect(counts).to.deep.equal({ create: 0, update: 0, replace: 0, same: 6, delete: 3 });
      expect(resources).to.have.length(6);
    });

    it("replaces what cannot be changed: creates the new resource, then deletes the old one", async () => {
      const one = deployer("pipeline");
      await one.deploy();
      one.recording.take();
      const other = createProvider(one.recording.cloud, {
        stack: "other",
        identity: "kept",
        objects: one.recording.objects,
      });
      const { counts, resources } = await one.deploy({}, { provider: other });
      const buckets = one.recording.take().filter(([method]) => method.endsWith("Bucket"));
      expect(buckets.map(([method]) => method)).to.deep.equal(["createBucket", "deleteBucket"]);
      expect(buckets[0]?.[1]).to.not.equal(buckets[1]?.[1]);
      // Bucket, queue, role and function get new names; the object has a new bucket, the permission a new function.
      expect(counts).to.deep.equal({ create: 0, update: 0, replace: 6, same: 2, delete: 6 });
      expect(resources.filter(({ pendingDelete }) => pendingDelete)).to.deep.equal([]);
    });

    it("keeps what moved below a component, and its children, by their aliases", async () => {
      const { deploy, recording, stored } = deployer("moved");
      const first = await deploy();
      recording.take();
      const { counts, resources } = await deploy({ parts: "true" });
      expect(recording.take()).to.deep.equal([]);
      expect(counts).to.deep.equal({ create: 1, update: 0, replace: 0, same: 2, delete: 0 });
      const queue = "moved:index:Part$aws:sqs/queue:Queue";
      expect(resources.map(({ urn }) => urn.split("::").slice(2).join("::"))).to.deep.equal([
        "moved:index:Part::part",
        `${queue}::changes`,
        `${queue}$aws:sqs/queuePolicy:QueuePolicy::changes`,
      ]);
      expect(stored().map(({ id }) => id)).to.include.members(first.resources.map(({ id }) => id));
      expect((await deploy({ parts: "true" })).counts.same).to.equal(3);
    });

    it("puts everything again on a new cloud", async () => {
      const { deploy, recording } = deployer("pipeline");
      await deploy();
      const first = recording.take().map(([method]) => method);
      const provider = createProvider(recording.cloud, { stack: "dev", objects: recording.objects });
      const { counts } = await deploy({}, { provider });
      expect(counts).to.deep.equal({ create: 0, update: 7, replace: 0, same: 1, delete: 0 });
      expect(recording.take().map(([method]) => method)).to.include.members(first);
    });

    it("does not delete a protected resource", async () => {
      const { deploy, recording } = deployer("broken");
      await deploy({ way: "protected", secret: "s" });
      const error = await rejection(deploy({ way: "nothing", secret: "s" }));
      expect(error).to.be.instanceOf(ResourceError);
      expect(error.message).to.include("aws:sqs/queue:Queue 'late'").and.include("protected");
      expect(recording.calls.map(([method]) => method)).to.not.include("deleteQueue");
    });

    it("reports each resource", async () => {
      const { deploy, events } = deployer("broken");
      await deploy({ way: "nothing", secret: "s" });
      expect(events.map(({ operation, type, name }) => [operation, type, name])).to.deep.equal([
        ["create", "aws:sqs/queue:Queue", "first"],
        ["create", "aws:sqs/queuePolicy:QueuePolicy", "first"],
      ]);
    });
  });

  describe("a program that fails", () => {
    const broken = (way: string) => deployer("broken").deploy({ way, secret: "s" });

    it("rejects with the error that the program throws", async () => {
      const error = await rejection(broken("throws"));
      expect(error.constructor.name).to.equal("RunError");
      expect(error.message).to.equal("settings are wrong");
    });

    it("rejects with the error that an apply throws, even though nothing awaits it", async () => {
      expect((await rejection(broken("throws in apply"))).message).to.equal("apply went wrong");
    });

    it("rejects with the reason of a rejected input", async () => {
      expect((await rejection(broken("rejects an input"))).message).to.include("no name to be had");
    });

    it("names an unknown type, the resource, and where to add it", async () => {
      const error = await rejection(broken("unknown type"));
      expect(error).to.be.instanceOf(ProviderError);
      expect(error.message)
        .to.include("aws:ec2/vpc:Vpc 'network'")
        .and.include("packages/local-pulumi/src/provider/");
    });

    it("names an unknown property", async () => {
      const error = await rejection(broken("unknown property"));
      expect(error.message)
        .to.include("BucketWebsiteConfiguration 'site'")
        .and.include("- redirectAllRequestsTo:");
    });

    it("names an unknown function", async () => {
      expect((await rejection(broken("unknown function"))).message).to.include("aws:iam/getUser:getUser");
    });

    it("refuses a resource that is declared twice", async () => {
      expect((await rejection(broken("declared twice"))).message).to.include(
        "aws:sqs/queue:Queue 'first' is declared twice",
      );
    });

    it("refuses to read a resource that the program does not declare", async () => {
      expect((await rejection(broken("reads"))).message).to.include("somebody-elses-bucket");
    });

    it("rejects a program that waits for something that never comes", async () => {
      // Node emits this when there is nothing left to do, which never happens under mocha.
      const emitter = setInterval(() => process.emit("beforeExit", 0), 20);
      const error = await rejection(broken("waits for itself")).finally(() => clearInterval(emitter));
      expect(error.message).to.include("never comes");
    });

    it("stops at a resource that fails, and keeps the cloud's error as the cause", async () => {
      const { deploy, recording, stored } = deployer("broken");
      const failure = new Error("queue limit reached");
      recording.failures.set("createQueue", failure);
      const error = await rejection(deploy({ way: "nothing", secret: "s" }));
      expect(error).to.be.instanceOf(ResourceError);
      expect(error.message).to.equal("create aws:sqs/queue:Queue 'first': queue limit reached");
      expect(error.cause).to.equal(failure);
      expect(recording.calls.map(([method]) => method)).to.deep.equal(["createQueue"]);
      expect(stored()).to.deep.equal([]);
    });

    it("starts nothing more after a failure, even if the program goes on", async () => {
      const { deploy, recording } = deployer("broken");
      recording.failures.set("createQueue", new Error("no queue"));
      await rejection(deploy({ way: "declares more later", secret: "s" }));
      // Longer than the program's 10 ms.
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(recording.calls).to.have.length(1);
    });

    it("resumes a failed deployment, which deleted nothing", async () => {
      const { deploy, recording } = deployer("pipeline");
      await deploy();
      recording.failures.set("putFunction", new Error("no room"));
      await rejection(deploy({ code: "other", delays: '{"changes":9}', publish: "false" }));
      expect(recording.take().map(([method]) => method))
        .to.include("setQueueAttributes")
        .and.not.include("deleteObject");
      recording.failures.clear();
      const { counts } = await deploy({ code: "other", delays: '{"changes":9}', publish: "false" });
      expect(recording.take().map(([method]) => method)).to.deep.equal(["putFunction", "deleteObject"]);
      expect(counts).to.deep.equal({ create: 0, update: 1, replace: 0, same: 6, delete: 1 });
    });

    it("rejects with all errors if there are several", async () => {
      const failLater = (message: string) => async () => {
        await nextTurn();
        throw new Error(message);
      };
      const recording = recordingCloud({
        createBucket: failLater("no bucket"),
        createQueue: failLater("no queue"),
      });
      const { deploy } = deployer("pipeline", recording);
      const error = await rejection(deploy());
      expect(error).to.be.instanceOf(AggregateError);
      expect(error.message).to.include("no bucket").and.include("no queue");
    });

    it("refuses a second run at the same time", async () => {
      const runs = await Promise.allSettled([deployer("pipeline").deploy(), deployer("pipeline").deploy()]);
      const refused = runs.flatMap((run) => (run.status === "rejected" ? [String(run.reason)] : []));
      expect(refused).to.have.length(1);
      expect(refused[0]).to.include("already");
    });
  });

  describe("this project's program", () => {
    it("is deployed; a second deployment changes nothing", async function () {
      const directory = path.resolve(__dirname, "..", "..", "..", "..");
      if (!existsSync(path.join(directory, "index.ts"))) {
        console.log("      index.ts is missing");
        this.skip();
      }
      const { deploy, recording } = deployer("pipeline", recordingCloud({ region: "us-east-1" }));
      const config = { contact: "someone@example.com" };
      const first = await deploy(config, { directory });
      expect(first.outputs.reportUri).to.match(/^s3:\/\/data-[0-9a-f]{7}\/reports\/latest\.json$/);
      expect(new Set(recording.take().map(([method]) => method))).to.include.all.keys(
        ...["putFunction", "putBucketNotification", "putEventSourceMapping", "putTarget", "putObject"],
      );
      const second = await deploy(config, { directory });
      expect(recording.take()).to.deep.equal([]);
      expect(second.counts.same).to.equal(first.counts.create);
    });
  });

  describe("configuration", () => {
    it("refuses an encrypted value unless the caller sets another", async () => {
      const error = await rejection(deployer("broken").deploy({ way: "nothing" }));
      expect(error).to.be.instanceOf(ProjectError);
      expect(error.message).to.include("broken:secret").and.include("encrypted");
    });

    it("names the existing stacks", async () => {
      const error = await rejection(deployer("pipeline").deploy({}, { stack: "prod" }));
      expect(error.message).to.equal(
        "There is no Pulumi.prod.yaml, so there is no stack 'prod'. The stacks here: dev.",
      );
    });
  });

  describe("a state file", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "deploy-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("keeps a stack between processes", async () => {
      const file = path.join(folder, "state.json");
      const { deploy } = deployer("pipeline");
      await deploy({}, { state: fileStateStore(file) });
      const { counts } = await deploy({}, { state: fileStateStore(file) });
      expect(counts.same).to.equal(8);
      expect(JSON.parse(await readFile(file, "utf8")).resources).to.have.length(8);
      if (process.platform !== "win32") expect((await stat(file)).mode & 0o077).to.equal(0);
    });

    it("is read if its version is 1, with the names of that version", async () => {
      const file = path.join(folder, "state.json");
      const { deploy, stored } = deployer("pipeline");
      await deploy();
      const resources = stored().map(({ providerIdentity, pendingDelete, ...resource }) => ({
        ...resource,
        madeOn: providerIdentity,
        condemned: pendingDelete,
      }));
      await writeFile(file, JSON.stringify({ version: 1, resources }));
      expect(await fileStateStore(file).load()).to.deep.equal(stored());
    });

    it("is refused if its version is unknown, with advice", async () => {
      const file = path.join(folder, "state.json");
      await writeFile(file, JSON.stringify({ version: 3, resources: [] }));
      const error = await rejection(fileStateStore(file).load());
      expect(error.message).to.equal(
        `The state in ${file} cannot be read. Delete the folder that holds it to start over.`,
      );
    });

    it("says which file cannot be read", async () => {
      const error = await rejection(fileStateStore(folder).load());
      expect(error.message).to.include("EISDIR");
    });
  });
});
