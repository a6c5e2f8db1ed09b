import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { copyProject, type ProjectCopy } from "../../support/projectCopy";

/** A text that each command prints, and the source file that contains it. */
const EDITS: readonly [command: string, args: string[], file: string, text: string][] = [
  ["start", ["--help"], "commands/start.ts", "Runs the whole pipeline on this machine"],
  ["sync", ["--help"], "commands/sync.ts", "Runs the sync from a terminal"],
  ["sample", ["--help"], "commands/sample.ts", "Writes the generated sample"],
  ["analyze", ["data"], "commands/shared/reportTables.ts", "Best year of each series"],
];

describe("the commands of a copy of the project", function () {
  this.timeout(60_000);
  let copy: ProjectCopy;

  before(async () => {
    copy = await copyProject({ built: true });
    const data = "series_id\tyear\tperiod\tvalue\tfootnote_codes\nPRS30006032\t2018\tQ01\t1.5\t\n";
    await mkdir(path.join(copy.directory, "data"));
    await write("data/pr.data.0.Current", data);
  });
  after(() => copy.remove());

  async function write(file: string, text: string): Promise<void> {
    await writeFile(path.join(copy.directory, file), text);
  }

  async function edit(file: string, from: string, to: string): Promise<void> {
    const before = await readFile(path.join(copy.directory, file), "utf8");
    expect(before, file).to.include(from);
    await write(file, before.replace(from, to));
  }

  /** Runs `commands/<command>.ts` of the copy as its npm script does. */
  function run(command: string, args: readonly string[]) {
    const started = ["-r", "./tools/typescript/register.cjs", `commands/${command}.ts`, ...args];
    return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, started, { cwd: copy.directory }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  for (const [command, args, file, text] of EDITS) {
    it(`npm run ${command} uses the current ${file}`, async () => {
      expect((await run(command, args)).stdout).to.include(text);
      await edit(file, text, `${text}, edited`);
      expect((await run(command, args)).stdout).to.include(`${text}, edited`);
    });
  }

  it("npm run plan uses the current program and handlers, and changes only what they affect", async () => {
    const before = await functionsPlanned();
    await edit("infra/ingest.ts", "Saves the population API's data", "Saves the data, edited,");
    await edit("functions/fetchPopulation.ts", "export ", 'console.log("edited");\nexport ');
    const after = await functionsPlanned();
    expect([...before.keys()]).to.have.members(["analyze", "fetchPopulation", "syncDataset"]);
    expect(after.get("fetchPopulation")?.description).to.include("edited");
    expect(after.get("fetchPopulation")?.code).not.to.deep.equal(before.get("fetchPopulation")?.code);
    for (const name of ["analyze", "syncDataset"]) expect(after.get(name)).to.deep.equal(before.get(name));
    await edit("Pulumi.dev.yaml", "batchWindowSeconds: 10", "batchWindowSeconds: 11");
    expect((await run("plan", ["--json"])).stdout).to.include('"maximumBatchingWindowInSeconds": 11');
  });

  async function functionsPlanned() {
    const { resources } = JSON.parse((await run("plan", ["--json"])).stdout) as {
      resources: { type: string; name: string; inputs: { code: unknown; description: string } }[];
    };
    const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
    return new Map(functions.map(({ name, inputs }) => [name, inputs]));
  }

  it("print a defect's stack with positions in the TypeScript sources, from a bundle too", async () => {
    const defect = "\nexport const broken = (undefined as unknown as { length: number }).length;\n";
    for (const [command, args, file] of [
      ["analyze", ["data"], "analytics/decimal.ts"],
      ["plan", [], "packages/local-pulumi/src/program/formatPlan.ts"],
    ] as const) {
      const before = await readFile(path.join(copy.directory, file), "utf8");
      await write(file, before + defect);
      const { status, stderr } = await run(command, args);
      await write(file, before);
      expect(status).to.equal(1);
      expect(stderr).to.match(/^TypeError: Cannot read properties of undefined/);
      expect(stderr).to.include(`${file}:${before.split("\n").length + 1}:`);
    }
  });

  it("report a syntax error with its position, and run again after it is corrected", async () => {
    const before = await readFile(path.join(copy.directory, "commands/sample.ts"), "utf8");
    await write("commands/sample.ts", `const = 1;\n${before}`);
    const { status, stderr } = await run("sample", ["--help"]);
    expect(status).to.equal(1);
    expect(stderr).to.include("commands/sample.ts(1,7): error TS1134: Variable declaration expected.");
    await write("commands/sample.ts", before);
    expect((await run("sample", ["--help"])).status).to.equal(0);
  });

  it("work if two start at once before anything is built", async () => {
    await rm(path.join(copy.directory, "dist"), { recursive: true });
    const both = await Promise.all([run("analyze", ["data"]), run("analyze", ["data"])]);
    for (const { status, stdout, stderr } of both) {
      expect([status, stderr]).to.deep.equal([0, ""]);
      expect(stdout).to.include("PRS30006032");
    }
  });

  it("say how to install Node if it is too old", async () => {
    const code = `Object.defineProperty(process.versions, "node", { value: "20.20.2" });
      require("./tools/typescript/register.cjs");`;
    const { status, stderr } = await new Promise<{ status: number; stderr: string }>((resolve) => {
      execFile(process.execPath, ["-e", code], { cwd: PROJECT_DIRECTORY }, (error, _, stderr) =>
        resolve({ status: Number(error?.code ?? 0), stderr }),
      );
    });
    expect(status).to.equal(1);
    expect(stderr).to.match(/^data-quest needs Node\.js 24 or newer; .* 20\.20\.2.*npm rebuild node.*\.\n$/);
  });
});
