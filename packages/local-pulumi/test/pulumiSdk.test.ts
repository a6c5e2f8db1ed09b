import "../src/pulumiSdk";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { dependencies } from "../../../package.json";
import { PROJECT_DIRECTORY } from "../../../tools/directories";

type CodePaths = (options: pulumi.runtime.CodePathOptions) => Promise<Map<string, unknown>>;

/** The SDK's own function, which reads all of `node_modules`. */
const { computeCodePaths: original } = require("@pulumi/pulumi/runtime/closure/codePaths") as {
  computeCodePaths: CodePaths;
};
const shortened = pulumi.runtime.computeCodePaths as CodePaths;

describe("Pulumi's SDK in this process", function () {
  this.timeout(60_000);
  let before: string;
  beforeEach(() => {
    before = process.cwd();
    process.chdir(PROJECT_DIRECTORY);
  });
  afterEach(() => process.chdir(before));

  async function packaged(compute: CodePaths, options: pulumi.runtime.CodePathOptions) {
    const paths = await compute(options);
    return Promise.all(
      [...paths].map(async ([name, item]) => [
        name,
        item instanceof pulumi.asset.FileAsset ? "file" : "archive",
        await (item as { path: Promise<string> | string }).path,
      ]),
    );
  }

  it("packages the same files as the SDK if every dependency is excluded", async () => {
    const options = {
      extraIncludePaths: ["./index.ts", "infra/../package.json"],
      extraExcludePackages: Object.keys(dependencies),
    };
    expect(await packaged(shortened, options)).to.deep.equal(await packaged(original, options));
  });

  it("leaves packaging to the SDK if a package is included", async () => {
    const [first = "", ...others] = Object.keys(dependencies).filter((name) => !name.startsWith("@pulumi/"));
    for (const options of [
      { extraExcludePackages: others },
      { extraExcludePackages: [first, ...others], extraIncludePackages: ["chai"] },
    ]) {
      const expected = await packaged(original, options);
      expect(expected).not.to.deep.equal([]);
      expect(await packaged(shortened, options)).to.deep.equal(expected);
    }
  });

  it("leaves packaging to the SDK if a directory is included", async () => {
    const options = { extraIncludePaths: ["infra"], extraExcludePackages: Object.keys(dependencies) };
    expect(await packaged(shortened, options)).to.deep.equal(await packaged(original, options));
  });
});
