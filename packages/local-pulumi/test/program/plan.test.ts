import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { formatPlan } from "../../src/program/formatPlan";
import { type Plan, plan } from "../../src/program/plan";

const directory = path.join(__dirname, "..", "fixtures", "pipeline");
const root = path.resolve(__dirname, "..", "..", "..", "..");

const short = ({ resources }: Plan) => resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);

/** Each resource comes after all that it depends on, and these are all in the plan. */
function expectDependencyOrder({ resources }: Plan): void {
  const seen = new Set<string>();
  for (const { urn, dependencies, parent } of resources) {
    expect([...seen], urn).to.include.members(
      parent === undefined ? dependencies : [...dependencies, parent],
    );
    seen.add(urn);
  }
}

describe("plan", () => {
  it("lists every resource in dependency order, those from an apply too", async () => {
    const made = await plan({ directory, stack: "dev" });
    expect(short(made)).to.deep.equal([
      "aws aws",
      "Bucket Data",
      "BucketObjectv2 page",
      "Queue changes",
      "Greeter greeter",
      "Role greeter",
      "Function greeter",
      "Permission late",
    ]);
    expectDependencyOrder(made);
  });

  it("shows the inputs: files by digest, secrets not at all, no path of this machine", async () => {
    const made = await plan({ directory, stack: "dev" });
    const find = (type: string) => made.resources.find((resource) => resource.type === type)?.inputs;
    expect(find("aws:s3/bucket:Bucket")).to.deep.equal({ forceDestroy: true, tags: { kind: "raw" } });
    expect(find("aws:lambda/function:Function")?.environment).to.equal("[secret]");
    const code = await readFile(path.join(directory, "lambda", "handler.js"));
    const digest = { bytes: code.length, sha256: createHash("sha256").update(code).digest("hex") };
    expect(find("aws:lambda/function:Function")?.code)
      .to.have.property("archive")
      .with.keys("__index.js", "lambda/handler.js")
      .and.deep.include({ "lambda/handler.js": digest });
    expect(JSON.stringify(made.resources)).to.not.include(root).and.not.include("open sesame");
  });

  it("is the same every time", async () => {
    const [first, second] = [
      await plan({ directory, stack: "dev" }),
      await plan({ directory, stack: "dev" }),
    ];
    expect(second).to.deep.equal(first);
  });

  it("tells what each resource depends on, as Pulumi tells its engine", async () => {
    const { resources } = await plan({ directory, stack: "dev" });
    const names = new Map(
      resources.map((resource) => [resource.urn, `${resource.type.split(":").at(-1)} ${resource.name}`]),
    );
    const dependencies = resources.map((resource) => resource.dependencies.map((urn) => names.get(urn)));
    expect(
      Object.fromEntries(resources.map(({ urn }, index) => [names.get(urn), dependencies[index]])),
    ).to.deep.equal({
      "aws aws": [],
      "Bucket Data": ["aws aws"],
      "BucketObjectv2 page": ["Bucket Data", "aws aws"],
      "Queue changes": ["aws aws"],
      "Greeter greeter": ["aws aws"],
      "Role greeter": ["Greeter greeter", "aws aws"],
      "Function greeter": ["Role greeter", "Greeter greeter", "aws aws"],
      "Permission late": ["Function greeter", "aws aws"],
    });
  });

  it("puts what is referred to first, wherever it is declared", async () => {
    const broken = path.join(__dirname, "..", "fixtures", "broken");
    const made = await plan({
      directory: broken,
      stack: "dev",
      config: { way: "refers ahead", secret: "s" },
    });
    expect(short(made)).to.deep.equal(["Queue first", "QueuePolicy first", "Queue later", "Queue early"]);
    expectDependencyOrder(made);
  });

  it("follows the configuration", async () => {
    const config = { delays: '{"a":1,"b":2}', "pipeline:publish": "false", "aws:region": "us-west-2" };
    const made = await plan({ directory, stack: "dev", config });
    expect(short(made)).to.include.members(["Queue a", "Queue b"]).and.not.include("BucketObjectv2 page");
    expect(made.resources.find(({ name }) => name === "late")?.inputs.function).to.include(
      "arn:aws:lambda:us-west-2:",
    );
  });

  it("plans what the local cloud cannot make, and says so", async () => {
    const broken = path.join(__dirname, "..", "fixtures", "broken");
    for (const way of ["unknown type", "unknown property"]) {
      const { resources } = await plan({ directory: broken, stack: "dev", config: { way, secret: "s" } });
      const noted = resources.filter(({ notLocal }) => notLocal !== undefined);
      expect(noted.map(({ name }) => name)).to.deep.equal([way === "unknown type" ? "network" : "site"]);
    }
  });

  it("prints one line per resource, below its parent, cut to the width", async () => {
    const lines = formatPlan(await plan({ directory, stack: "dev" }), 60).split("\n");
    expect(lines[0]).to.equal("pipeline, stack dev: 8 resources, each below its parent");
    expect(lines[3]).to.equal('aws:s3:Bucket           Data     forceDestroy=true tags={"k…');
    expect(lines.slice(2).map((line) => line.slice(0, 23).trimEnd())).to.deep.equal([
      "pulumi:providers:aws",
      "aws:s3:Bucket",
      "aws:s3:BucketObjectv2",
      "aws:sqs:Queue",
      "pipeline:index:Greeter",
      "  aws:iam:Role",
      "  aws:lambda:Function",
      "aws:lambda:Permission",
    ]);
    expect(lines).to.have.length(10);
  });

  describe("of this project", () => {
    for (const stack of ["dev", "prod"]) {
      it(`is complete and stable in stack ${stack}`, async function () {
        if (!existsSync(path.join(root, "index.ts"))) {
          console.log("      index.ts is missing");
          this.skip();
        }
        const config = { contact: "someone@example.com" };
        const made = await plan({ directory: root, stack, config });
        expectDependencyOrder(made);
        expect(short(made)).to.include.members(["BucketNotification raw-changes", "Function analyze"]);
        expect(JSON.stringify(made)).to.not.include(root);
        expect(await plan({ directory: root, stack, config })).to.deep.equal(made);
        // Nothing that the program declares is beyond the local cloud: what it does not run, it lists with a reason.
        const notes = made.resources
          .map(({ notLocal }) => notLocal)
          .filter((note) => note?.includes("packages/local-pulumi/src/provider/"));
        expect(notes).to.deep.equal([]);
      });
    }
  });
});
