import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readSyncOptions } from "../../../commands/sync/runSync";
import { PROJECT_DIRECTORY } from "../../../tools/directories";

const VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

describe("readSyncOptions: the region of the buckets", () => {
  let directory: string;
  const saved = new Map<string, string | undefined>();

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "sync-"));
    await copyFile(path.join(PROJECT_DIRECTORY, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
    for (const name of VARIABLES) {
      saved.set(name, process.env[name]);
      delete process.env[name];
    }
  });
  afterEach(async () => {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(directory, { recursive: true });
  });

  async function regionWith(config: string): Promise<string> {
    await writeFile(path.join(directory, "Pulumi.dev.yaml"), config);
    const buckets = { dataBucket: "data", stateBucket: "state" };
    const options = { stack: "dev", survey: [], contact: "tests@example.org", ...buckets };
    const { sync } = await readSyncOptions(options, directory);
    return sync.data.s3.config.region();
  }

  it("is the stack's, whatever the variables say", async () => {
    process.env.AWS_REGION = "eu-west-1";
    expect(await regionWith("config:\n  aws:region: eu-central-1\n")).to.equal("eu-central-1");
  });

  for (const name of VARIABLES) {
    it(`is that of ${name} if the stack has none`, async () => {
      process.env[name] = "eu-west-1";
      expect(await regionWith("config: {}\n")).to.equal("eu-west-1");
    });
  }
});
