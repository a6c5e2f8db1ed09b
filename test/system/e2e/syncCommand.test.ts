import { expect } from "chai";
import { runSync, type SyncCommandOptions } from "../../../commands/sync/runSync";
import { type Ended, runScript } from "../../support/commands";
import { runHere } from "../../support/inProcess";
import { startProxy } from "../../support/proxy";
import { startTestSession, type TestSession } from "../../support/session";

describe("npm run sync", function () {
  this.timeout(120_000);
  let session: TestSession;

  before(async () => {
    session = await startTestSession();
    await session.runDay();
  });
  after(async () => {
    await session?.close();
  });

  function addresses() {
    const { cloud, sources, output } = session;
    return {
      endpoint: cloud.endpoint,
      blsUrl: sources.blsUrl,
      contact: "tests@example.org",
      dataBucket: output("dataBucket"),
      stateBucket: output("stateBucket"),
    };
  }

  function keys(): Record<string, string> {
    const { accessKeyId, secretAccessKey } = session.cloud.operator;
    return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  }

  /** Runs the command as its npm script does. */
  function syncAsCommand(...args: string[]): Promise<Ended> {
    const { endpoint, blsUrl, contact, dataBucket, stateBucket } = addresses();
    const sources = ["--bls-url", blsUrl, "--contact", contact];
    const buckets = ["--data-bucket", dataBucket, "--state-bucket", stateBucket];
    return runScript("sync", ["--endpoint", endpoint, ...sources, ...buckets, ...args], keys());
  }

  /** Runs the command in this process. */
  function sync(options: Partial<SyncCommandOptions>): Promise<Ended> {
    return runHere(() => runSync({ stack: "dev", survey: [], ...addresses(), ...options }), keys());
  }

  it("--check succeeds if the mirror matches upstream", async () => {
    const { code, stdout, stderr } = await sync({ check: true, verify: true });
    expect(stderr).to.equal("");
    expect(stdout).to.match(/^Survey pr: 0 to add, 12 to update, 0 to remove, 0 to keep/);
    expect(code).to.equal(0);
  });

  it("--dry-run prints the plan with its reasons, and writes nothing", async () => {
    session.setFile("pr.new", "new", 1);
    session.removeFile("pr.contacts");
    const requests = await session.buckets.requestsDuring(async () => {
      const { code, stdout } = await syncAsCommand("--dry-run");
      expect(code).to.equal(0);
      expect(stdout).to.match(/^Survey pr: 1 to add, 0 to update, 1 to remove, 11 to keep/);
      expect(stdout)
        .to.match(/add .* pr\.new .* new upstream/)
        .and.to.match(/remove .* pr\.contacts .* gone upstream/);
    });
    expect(requests.map(({ operation }) => operation)).to.deep.equal(["GetObject"]);
  });

  it("--check fails if the mirror differs from upstream", async () => {
    expect((await sync({ check: true })).code).to.equal(1);
  });

  it("syncs without these options, as the function does, and then --check succeeds", async () => {
    const { code, stderr } = await syncAsCommand("--survey", "pr");
    expect(code, stderr).to.equal(0);
    expect(await session.buckets.read("raw/bls/pr/pr.new")).to.equal("new");
    expect(await session.buckets.keys("raw/bls/pr/pr.contacts")).to.deep.equal([]);
    expect((await sync({ check: true })).code).to.equal(0);
  });

  it("--check fails if an object changed without the manifest", async () => {
    await session.buckets.put("raw/bls/pr/pr.txt", "changed by others");
    const { code, stdout } = await syncAsCommand("--check", "--json");
    expect(code).to.equal(1);
    const [{ plan }] = JSON.parse(stdout) as [
      { plan: { update: { file: { name: string }; reason: string }[] } },
    ];
    expect(plan.update.map(({ file, reason }) => [file.name, reason])).to.deep.equal([
      ["pr.txt", "changed in the bucket"],
    ]);
  });

  it("reaches upstream through the proxy, and the cloud on this machine without it", async () => {
    const { port } = new URL(session.sources.blsUrl);
    const proxy = await startProxy({ "bls.invalid": Number(port) });
    try {
      const blsUrl = "http://bls.invalid/pub/time.series/";
      const options: SyncCommandOptions = { stack: "dev", survey: [], ...addresses(), blsUrl, check: true };
      const environment = { HTTP_PROXY: proxy.address };
      const { stdout, stderr } = await runHere(() => runSync(options, environment), keys());
      expect(stdout, stderr).to.match(/^Survey pr: 0 to add, 1 to update/);
      expect(proxy.requests).to.deep.equal([`GET ${blsUrl}pr/`]);
    } finally {
      await proxy.close();
    }
  });

  it("--verify restores the object", async () => {
    expect((await sync({ verify: true })).code).to.equal(0);
    expect((await sync({ check: true })).code).to.equal(0);
  });

  it("says which options to give without buckets and without a Pulumi CLI", async () => {
    const { code, stderr } = await runScript("sync", ["--contact", "tests@example.org"], { PATH: "" });
    expect(code).to.equal(1);
    expect(stderr).to.match(/Give --data-bucket and --state-bucket/);
    expect(stderr).not.to.match(/^\s+at /m);
  });
});
