import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { checkSources } from "../../../commands/start/checkSources";
import { SourcesError } from "../../../commands/start/openSources";
import { rejection } from "../../support/rejection";

describe("checkSources", () => {
  let parent: string;
  let directory: string;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), "sources-"));
    directory = path.join(parent, "upstream");
    await writeFile(
      path.join(parent, "Pulumi.yaml"),
      'name: tests\nconfig:\n  surveys:\n    type: array\n    default: ["pr"]\n  dataFile:\n    default: pr.data.0.Current\n',
    );
    await writeFile(path.join(parent, "Pulumi.dev.yaml"), "config:\n  aws:region: us-east-1\n");
  });
  afterEach(() => rm(parent, { recursive: true }));

  async function hold(...files: string[]): Promise<void> {
    for (const file of files) {
      const folder = path.join(directory, "pub", "time.series", file.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, file), "header\n");
    }
  }

  const check = (settings: Record<string, string> = {}) =>
    checkSources(directory, { project: parent, name: "dev", settings });

  async function refusal(settings?: Record<string, string>): Promise<string> {
    const error = await rejection(check(settings));
    expect(error).to.be.instanceOf(SourcesError);
    return error.message;
  }

  it("rejects a directory without the stack's survey", async () => {
    await hold("ce.data.0.AllCESSeries", "la.data.0.CurrentU90-94");
    expect(await refusal()).to.equal(
      `The upstream '${directory}' holds the surveys ce and la, but the stack 'dev' reads pr: ` +
        "set surveys and dataFile in Pulumi.dev.yaml, or give another directory.",
    );
  });

  it("rejects a directory that lacks one of several surveys", async () => {
    await hold("pr.data.0.Current");
    expect(await refusal({ surveys: '["pr","ce"]' })).to.include(
      "holds the survey pr, but the stack 'dev' reads ce: set surveys and dataFile in Pulumi.dev.yaml",
    );
  });

  it("rejects a directory without the stack's data file", async () => {
    await hold("pr.data.1.AllData", "pr.series");
    expect(await refusal()).to.equal(
      `The upstream '${directory}' has pr.data.1.AllData where the stack 'dev' reads pr.data.0.Current: ` +
        "set dataFile in Pulumi.dev.yaml, or give another directory.",
    );
    await rm(path.join(directory, "pub", "time.series", "pr", "pr.data.1.AllData"));
    expect(await refusal()).to.include("has no data file where the stack 'dev' reads pr.data.0.Current");
  });

  it("lists only a few of many names, without control characters", async () => {
    await hold(...["aa", "bb", "cc", "dd", "\u001b]", "ee", "ff"].map((survey) => `${survey}.txt`));
    expect(await refusal()).to.include("holds the surveys \ufffd], aa, bb, cc, dd, and 2 more, but");
  });

  it("accepts a directory with what the stack reads, whatever else it holds", async () => {
    await hold("pr.data.0.Current", "ce.txt");
    await check();
    await check({ surveys: '["ce","pr"]' });
  });

  it("leaves invalid settings for the program to reject", async () => {
    await hold("ce.txt");
    await check({ surveys: "pr" });
    await check({ dataFile: "?" });
    await check({ dataFile: "ce.data.0" });
  });
});
