import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { SURVEYS } from "@data-quest/local-sources/servedFolder";
import { writeSourceDirectory } from "@data-quest/local-sources/writeSourceDirectory";
import { expect } from "chai";
import { checkReport } from "../../../commands/session/checkReport";
import { type Running, startScript } from "../../support/commands";
import { startTestSession, type TestSession } from "../../support/session";

const DATA_FILE = `${SURVEYS}/pr/pr.data.0.Current`;

describe("npm start --days 3 --pause", function () {
  this.timeout(120_000);
  let upstream: string;
  let run: Running | undefined;

  beforeEach(async () => {
    upstream = await mkdtemp(path.join(tmpdir(), "data-quest-upstream-"));
    await writeSourceDirectory(upstream, sampleFiles());
  });
  afterEach(async () => {
    // A failed test leaves it running.
    run?.child.kill("SIGKILL");
    await run?.ended;
    await rm(upstream, { recursive: true, force: true });
  });

  it("fetches what changed upstream before each Enter, and does not wait after the input has ended", async () => {
    const file = (name: string) => path.join(upstream, "pub", "time.series", "pr", name);
    run = startScript("start", ["--once", "--days", "3", "--pause", "--upstream", upstream]);
    await run.shows(/12 added.*then press Enter/s);
    await writeFile(file("pr.new"), "new");
    run.child.stdin.write("\n");
    await run.shows(/1 added, 0 updated, 0 removed, 12 unchanged.*then press Enter/s);
    await rm(file("pr.new"));
    await writeFile(file("pr.txt"), `${await readFile(file("pr.txt"), "utf8")}More words.\n`);
    run.child.stdin.end();
    const { code, stderr } = await run.ended;
    expect(stderr)
      .to.match(/0 added, 1 updated, 1 removed, 11 unchanged/)
      .and.to.match(/✔ Day 3 of 3\n/);
    expect(code, stderr).to.equal(0);
  });
});

describe("npm start, on a day that goes wrong", function () {
  this.timeout(60_000);
  let session: TestSession;

  before(async () => {
    session = await startTestSession();
  });
  after(() => session?.close());

  it("says that the data file holds something else, and that there is no report", async () => {
    const file = session.files.get(DATA_FILE);
    session.setFile("pr.data.0.Current", "not a data file\r\n", 1);
    const { problems, report } = await checkReport(session, await session.runDay());
    expect(problems.join("\n")).to.match(/^analysis: pr\.data\.0\.Current.*\nThere is no report\.$/);
    expect(report).to.equal(undefined);
    if (file) session.files.set(DATA_FILE, file);
  });

  it("ends at once if the analysis fails, with the function's own error", async () => {
    const state = session.output("stateBucket");
    await session.cloud.putBucketPolicy(state, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${state}/analysis/*`,
          Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::000000000000:role/*" } },
        },
      ],
    });
    // The next try of the message comes after six times the function's timeout; the day does not wait for it.
    const day = await session.runDay();
    expect(day.invocations.filter(({ trigger }) => trigger === "queue")).to.have.length(1);
    const { problems } = await checkReport(session, day);
    expect(problems.join("\n")).to.match(/^analy\S+ .*not authorized|Access Denied/i);
    expect(problems.at(-1)).to.equal("There is no report.");
  });
});
