import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { type Ministack, needMinistack, startMinistack } from "../../../tools/ministack/ministack";
import { runScript, startScript } from "../../support/commands";

const TIME = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g;

/** A printed report without the parts that differ from run to run: times, and the versions of objects. */
function comparable(report: string): string {
  return report.replaceAll(TIME, '"TIME"').replaceAll(/"version": "[^"]+"/g, '"version": "VERSION"');
}

describe("npm start --endpoint, on MiniStack", function () {
  this.timeout(180_000);
  let ministack: Ministack | undefined;
  let directory: string;
  let first: string;

  before(async function () {
    ministack = await startMinistack(needMinistack(this));
    directory = await mkdtemp(path.join(tmpdir(), "data-quest-"));
  });
  after(async () => {
    await ministack?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  const start = (...args: string[]) => runScript("start", ["--once", "--json", ...args]);
  const onEndpoint = (...args: string[]) => start("--endpoint", ministack?.endpoint ?? "", ...args);
  /** The files below a folder of a copied bucket, by their paths. */
  const filesOf = async (copy: string, folder: string) => {
    const entries = await readdir(path.join(directory, copy, folder), {
      recursive: true,
      withFileTypes: true,
    });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    return Promise.all(
      files
        .sort()
        .map(async (file) => [path.relative(path.join(directory, copy), file), await readFile(file, "utf8")]),
    );
  };

  it("creates the same report as the cloud in this process, byte for byte except times and versions", async () => {
    const embedded = await start("--out", path.join(directory, "embedded"));
    const other = await onEndpoint("--out", path.join(directory, "other"));
    expect(embedded.code, embedded.stderr).to.equal(0);
    expect(other.code, other.stderr).to.equal(0);
    first = other.stdout;
    // MiniStack has no batching window, so a first analysis may see half of an upload and a second one the rest. Then
    // the report rightly lists what changed since the first.
    const { reports } = JSON.parse(
      await readFile(path.join(directory, "other", "reports", "history", "index.json"), "utf8"),
    ) as { reports: unknown[] };
    const printed = reports.length > 1 ? withoutChanges(first) : first;
    expect(comparable(printed)).to.equal(comparable(embedded.stdout));
    // The comparison is not empty, and times were masked.
    expect(comparable(printed)).to.have.lengthOf.above(10_000).and.to.include("TIME");
    for (const folder of ["raw", "reports/latest"]) {
      const expected = await filesOf("embedded", folder);
      expect(expected).to.have.lengthOf.at.least(3);
      expect(await filesOf("other", folder)).to.deep.equal(expected);
    }
  });

  it("continues from the endpoint's data: uploads nothing again, and the report is the same", async () => {
    const { code, stdout, stderr } = await onEndpoint();
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/0 added, 0 updated, 0 removed, 12 unchanged/);
    expect(JSON.parse(stdout)).to.deep.equal(JSON.parse(first));
  });

  it("serves the page, and prints all addresses without the keys", async () => {
    const variables = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "not to be shown" };
    const running = startScript("start", ["--endpoint", ministack?.endpoint ?? ""], variables);
    let shown = "";
    running.child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk;
    });
    await running.shows(/Serving until Ctrl-C/);
    const page = /Page +(http:\/\/127\.0\.0\.1:\d+)/.exec(shown)?.[1];
    expect(await (await fetch(`${page}/`)).text()).to.include("<title>data-quest</title>");
    const served: unknown = await (await fetch(`${page}/reports/latest.json`)).json();
    expect(Report.parse(served)).to.deep.equal(Report.parse(JSON.parse(first)));
    running.child.kill("SIGINT");
    await once(running.child, "exit");
    expect(shown)
      .to.include(`aws --endpoint-url ${ministack?.endpoint}`)
      .and.not.to.include("not to be shown");
  });
});

function withoutChanges(report: string): string {
  return `${JSON.stringify({ ...JSON.parse(report), changes: null }, null, 2)}\n`;
}
