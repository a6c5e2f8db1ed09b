import type { Inventory } from "@data-quest/local-aws/cloudState";
import { plan } from "@data-quest/local-pulumi/program/plan";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { expect } from "chai";
import type { Report } from "../../../analytics/report";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { openBuckets } from "../../support/buckets";
import { reinstallModules } from "../../support/projectCopy";
import { needPulumi } from "./cli";
import { type Engine, type EngineStack, type Run, startEngine } from "./engine";

const CONTACT = "tests@example.org";
const NOTHING: Inventory = {
  buckets: [],
  queues: [],
  roles: [],
  functions: [],
  eventSourceMappings: [],
  rules: [],
  logGroups: [],
};

describe("the real engine, dev and prod side by side", function () {
  this.timeout(180_000);
  let sources: SourceServer;
  let engine: Engine;
  let dev: EngineStack;
  let prod: EngineStack;
  /** How many resources a stack has, including the stack itself. */
  const sizes = { dev: 0, prod: 0 };

  before(async function () {
    const cli = await needPulumi(this);
    sources = await startSourceServer(sampleFiles());
    engine = await startEngine(cli);
    const { blsUrl, populationUrl } = sources;
    const settings = { contact: CONTACT, batchWindowSeconds: "1", blsUrl, populationUrl };
    dev = await engine.openStack("dev", settings);
    prod = await engine.openStack("prod", settings);
    // `plan` runs on Pulumi's mocks, so it counts independently. It does not see the children of awsx's component.
    const planned = async (stack: string) =>
      (await plan({ directory: PROJECT_DIRECTORY, stack, config: { contact: CONTACT } })).resources.length;
    sizes.dev = (await planned("dev")) + 1;
    sizes.prod = (await planned("prod")) + 1 + ["bucket", "bucket policy", "trail"].length;
  });
  after(async () => {
    await engine?.close();
    await sources?.close();
  });

  /** Prints the engine's summary below the test's name. */
  function logged(what: string, run: Run): Run {
    console.log(`        ${what.padEnd(20)} ${run.summary}`);
    return run;
  }

  async function bucketOf(stack: EngineStack) {
    const { dataBucket, stateBucket } = await stack.outputs();
    return openBuckets(engine.cloud, String(dataBucket?.value), String(stateBucket?.value));
  }

  async function runDay(): Promise<void> {
    await engine.cloud.fireRules();
    await engine.cloud.settled(60_000);
  }

  it("preview: lists every resource to create, and creates none", async () => {
    expect(logged("preview dev", await dev.preview()).changes).to.deep.equal({ create: sizes.dev });
    expect(logged("preview prod", await prod.preview()).changes).to.deep.equal({ create: sizes.prod });
    expect(await engine.cloud.inventory()).to.deep.equal(NOTHING);
  });

  it("up: creates what the preview listed, without name collisions", async () => {
    expect(logged("up dev", await dev.up()).changes).to.deep.equal({ create: sizes.dev });
    const onlyDev = await engine.cloud.inventory();
    expect(logged("up prod", await prod.up()).changes).to.deep.equal({ create: sizes.prod });
    const both = await engine.cloud.inventory();
    for (const kind of Object.keys(NOTHING) as (keyof Inventory)[]) {
      expect(both[kind]).to.include.members(onlyDev[kind]);
      const expected = 2 * onlyDev[kind].length + (kind === "buckets" ? 1 : 0);
      expect(both[kind], kind).to.have.length(expected);
    }
  });

  it("a day: each environment has its own report, with the right numbers", async () => {
    await runDay();
    for (const stack of [dev, prod]) {
      const report = await (await bucketOf(stack)).readJson<Report>("reports/latest.json");
      expect(report.populationSummary?.mean).to.equal(322069808);
      expect(report.bestYears).to.have.length(282);
      expect(report.bestYears.find(({ seriesId }) => seriesId === "PRS30006011")).to.deep.include({
        year: 1996,
        value: 7,
      });
      expect(report.seriesPopulation.rows.find(({ year }) => year === 2018)).to.deep.equal({
        year: 2018,
        value: 1.9,
        population: 327167439,
      });
    }
  });

  it("up again: nothing changes", async () => {
    expect(logged("up dev", await dev.up()).changes).to.deep.equal({ same: sizes.dev });
    expect(logged("up prod", await prod.up()).changes).to.deep.equal({ same: sizes.prod });
  });

  it("up after node_modules was reinstalled: nothing changes", async () => {
    await reinstallModules(engine);
    expect(logged("up dev", await dev.up()).changes).to.deep.equal({ same: sizes.dev });
    expect(logged("up prod", await prod.up()).changes).to.deep.equal({ same: sizes.prod });
  });

  it("a settings change: updates only the affected resources, as the preview listed", async () => {
    await dev.set({ logRetentionDays: "30", analysisTimeoutSeconds: "60" });
    const preview = logged("preview dev", await dev.preview());
    expect(preview.steps).to.deep.equal([
      "update aws:cloudwatch/logGroup:LogGroup analyze",
      "update aws:cloudwatch/logGroup:LogGroup fetchPopulation",
      "update aws:cloudwatch/logGroup:LogGroup syncDataset",
      "update aws:lambda/function:Function analyze",
      "update aws:sqs/queue:Queue raw-changes",
    ]);
    const up = logged("up dev", await dev.up());
    expect(up.steps).to.deep.equal(preview.steps);
    expect(up.changes).to.deep.equal({ update: 5, same: sizes.dev - 5 });
    const { queueUrl } = await dev.outputs();
    const attributes = await engine.cloud.getQueueAttributes(String(queueUrl?.value));
    expect(attributes?.VisibilityTimeout).to.equal("361");
  });

  it("refresh: no drift", async () => {
    const refresh = logged("refresh dev", await dev.refresh({ previewOnly: true }));
    expect(refresh.steps).to.deep.equal([]);
    expect(refresh.changes).to.deep.equal({ same: sizes.dev });
    expect((await prod.refresh({ previewOnly: true })).changes).to.deep.equal({ same: sizes.prod });
  });

  it("changes outside Pulumi: refresh shows them, up repairs them", async () => {
    const { cloud } = engine;
    const { dataBucket, queueUrl, syncDatasetFunction } = await dev.outputs();
    const [bucket, queue, lambda] = [dataBucket, queueUrl, syncDatasetFunction].map((o) =>
      String(o?.value),
    ) as [string, string, string];
    const [rule] = (await cloud.inventory()).rules.filter((name) => name.startsWith("population-daily"));
    const inspect = async () => ({
      bucket: await cloud.getBucket(bucket),
      queue: (await cloud.getQueueAttributes(queue))?.VisibilityTimeout,
      lambda: await cloud.getFunction(lambda),
    });
    const healthy = await inspect();
    expect(rule).to.be.a("string");

    await cloud.putBucketVersioning(bucket, "Suspended");
    await cloud.putBucketWebsite(bucket, null);
    await cloud.setQueueAttributes(queue, { VisibilityTimeout: "1234" });
    if (healthy.lambda === undefined) throw new Error(`There is no function ${lambda}.`);
    await cloud.putFunction({
      ...healthy.lambda.configuration,
      timeoutSeconds: 5,
      files: { "__index.js": Buffer.from("exports.handler = async () => 'not ours';") },
    });

    const drift = [
      "delete aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration site",
      "update aws:lambda/function:Function syncDataset",
      "update aws:s3/bucketVersioning:BucketVersioning data",
      "update aws:sqs/queue:Queue raw-changes",
    ];
    const shown = logged("refresh, preview only", await dev.refresh({ previewOnly: true }));
    expect(shown.steps).to.deep.equal(drift);
    expect((await dev.refresh()).steps).to.deep.equal(drift);
    const up = logged("up dev", await dev.up());
    expect(up.steps).to.deep.equal([
      "create aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration site",
      ...drift.slice(1),
    ]);
    expect(await inspect()).to.deep.equal(healthy);
    expect((await dev.refresh({ previewOnly: true })).steps).to.deep.equal([]);
  });

  it("another day runs after all this", async () => {
    const before = sources.requests.length;
    await runDay();
    // A listing and the population, twice.
    expect(sources.requests.length - before).to.equal(4);
    const status = await (await bucketOf(dev)).readJson<{ ok: boolean }>("reports/status/bls-pr.json");
    expect(status.ok).to.equal(true);
  });

  it("destroy: leaves nothing of dev, and everything of prod", async () => {
    const before = await engine.cloud.inventory();
    expect(logged("destroy dev", await dev.destroy()).changes).to.deep.equal({ delete: sizes.dev });
    const left = await engine.cloud.inventory();
    for (const kind of Object.keys(NOTHING) as (keyof Inventory)[]) {
      const kept = Math.floor((before[kind].length + 1) / 2);
      expect(left[kind], kind).to.have.length(kept);
    }
    expect((await prod.refresh({ previewOnly: true })).changes).to.deep.equal({ same: sizes.prod });
  });

  it("destroy of prod: refuses while its data is protected; then leaves nothing", async () => {
    const data = await bucketOf(prod);
    const keys = await data.keys();
    const refused = await prod.destroy().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refused?.message).to.include("protected");
    expect((await engine.cloud.inventory()).buckets).to.include.members([data.dataBucket, data.stateBucket]);
    expect(await data.keys("raw/")).to.deep.equal(keys.filter((key) => key.startsWith("raw/")));

    await prod.set({ protectData: "false" });
    const { steps } = logged("up prod", await prod.up());
    expect(steps).to.include.members([
      "update aws:s3/bucket:Bucket data",
      "update aws:s3/bucket:Bucket state",
    ]);
    expect(logged("destroy prod", await prod.destroy()).changes).to.deep.equal({ delete: sizes.prod });
    expect(await engine.cloud.inventory()).to.deep.equal(NOTHING);
  });
});
