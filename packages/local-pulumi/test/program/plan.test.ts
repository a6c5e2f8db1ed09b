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

/** Each resource comes after its dependencies, and the plan contains all of them. */
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
  it("lists every resource in dependency order, including those from an apply", async () => {
    const planned = await plan({ directory, stack: "dev" });
    expect(short(planned)).to.deep.equal([
      "aws aws",
      "Bucket Data",
      "BucketObjectv2 page",
      "Queue changes",
      "Greeter greeter",
      "Role greeter",
      "Function greeter",
      "Permission late",
    ]);
    expectDependencyOrder(planned);
  });

  it("shows the inputs: digests of files, no secrets, no paths of this machine", async () => {
    const planned = await plan({ directory, stack: "dev" });
    const find = (type: string) => planned.resources.find((resource) => resource.type === type)?.inputs;
    expect(find("aws:s3/bucket:Bucket")).to.deep.equal({ forceDestroy: true, tags: { kind: "raw" } });
    expect(find("aws:lambda/function:Function")?.environment).to.equal("[secret]");
    const code = await readFile(path.join(directory, "lambda", "handler.js"));
    const digest = { bytes: code.length, sha256: createHash("sha256").update(code).digest("hex") };
    expect(find("aws:lambda/function:Function")?.code)
      .to.have.property("archive")
      .with.keys("__index.js", "lambda/handler.js")
      .and.deep.include({ "lambda/handler.js": digest });
    expect(JSON.stringify(planned.resources)).to.not.include(root).and.not.include("open sesame");
  });

  it("is the same every time", async () => {
    const [first, second] = [
      await plan({ directory, stack: "dev" }),
      await plan({ directory, stack: "dev" }),
    ];
    expect(second).to.deep.equal(first);
  });

  it("lists the same dependencies that Pulumi sends to its engine", async () => {
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

  it("puts a dependency first, wherever it is declared", async () => {
    const broken = path.join(__dirname, "..", "fixtures", "broken");
    const planned = await plan({
      directory: broken,
      stack: "dev",
      config: { way: "refers ahead", secret: "s" },
    });
    expect(short(planned)).to.deep.equal(["Queue first", "QueuePolicy first", "Queue later", "Queue early"]);
    expectDependencyOrder(planned);
  });

  it("follows the configuration", async () => {
    const config = { delays: '{"a":1,"b":2}', "pipeline:publish": "false", "aws:region": "us-west-2" };
    const planned = await plan({ directory, stack: "dev", config });
    expect(short(planned)).to.include.members(["Queue a", "Queue b"]).and.not.include("BucketObjectv2 page");
    expect(planned.resources.find(({ name }) => name === "late")?.inputs.function).to.include(
      "arn:aws:lambda:us-west-2:",
    );
  });

  it("includes what the local cloud cannot create, and says so", async () => {
    const broken = path.join(__dirname, "..", "fixtures", "broken");
    for (const way of ["unknown type", "unknown property"]) {
      const { resources } = await plan({ directory: broken, stack: "dev", config: { way, secret: "s" } });
      const noted = resources.filter(({ localLimitation }) => localLimitation !== undefined);
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
        const planned = await plan({ directory: root, stack, config });
        expectDependencyOrder(planned);
        expect(short(planned)).to.include.members(["BucketNotification raw-changes", "Function analyze"]);
        expect(JSON.stringify(planned)).to.not.include(root);
        expect(await plan({ directory: root, stack, config })).to.deep.equal(planned);
        // The local cloud supports everything in the program, or lists a reason why it has no effect.
        const notes = planned.resources
          .map(({ localLimitation }) => localLimitation)
          .filter((note) => note?.includes("packages/local-pulumi/src/provider/"));
        expect(notes).to.deep.equal([]);
      });
    }
  });
});
