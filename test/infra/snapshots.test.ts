import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Plan, type PlannedResource, plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { stringify } from "yaml";
import { PROJECT_DIRECTORY } from "../../tools/directories";
import { copyProject } from "../support/projectCopy";

const STACKS = ["dev", "prod"];
const UPDATE = process.env.UPDATE_SNAPSHOTS === "1";
const HEADER = "# What the program declares, so that a pull request shows what it changes in the cloud.\n";

function planned(stack: string, directory = PROJECT_DIRECTORY): Promise<Plan> {
  return plan({ directory, stack, config: { contact: "someone@example.com" } });
}

describe("the plan", function () {
  this.timeout(60_000);

  for (const stack of STACKS) {
    it(`of ${stack} is the one that was reviewed (UPDATE_SNAPSHOTS=1 npm test updates it)`, async () => {
      const file = path.join(__dirname, "snapshots", `${stack}.yaml`);
      const text = HEADER + stringify(readable(await planned(stack)), { lineWidth: 0 });
      if (UPDATE) {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      const reviewed = await readFile(file, "utf8");
      expect(text).to.equal(reviewed.replaceAll("\r\n", "\n"));
    });
  }

  it("is the same from another folder: names, inputs and archives, byte for byte", async () => {
    const here = await planned("prod");
    const copy = await copyProject({ built: false });
    try {
      expect(await planned("prod", copy.directory)).to.deep.equal(here);
      expect(await planned("prod", copy.directory)).to.deep.equal(here);
    } finally {
      await copy.remove();
    }
    const archives = here.resources.flatMap(({ inputs }) =>
      inputs.code ? [JSON.stringify(inputs.code)] : [],
    );
    expect(archives).to.have.length(3);
    for (const archive of archives)
      expect(archive).to.match(/"sha256":"[0-9a-f]{64}".*"sha256":"[0-9a-f]{64}"/);
  });
});

/**
 * A plan in a form that people can compare: sorted, policies as objects instead of JSON on one line, files by name
 * only, because their bytes change with every change of the code.
 */
function readable({ resources, outputs }: Plan): unknown {
  const entries = resources.map(({ type, name, parent, protect, inputs }): [string, unknown] => [
    `${type} ${name}`,
    {
      ...(parent === undefined ? {} : { below: nameOf(parent) }),
      ...(protect ? { protect } : {}),
      ...(simplified(inputs) as object),
    },
  ]);
  expect(new Set(entries.map(([key]) => key)), "type and name identify a resource").to.have.length(
    entries.length,
  );
  return { resources: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))), outputs };
}

function nameOf(urn: string): string {
  const [, , types = "", name] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
}

function simplified(value: unknown): unknown {
  if (typeof value === "string") return /^[{[]/.test(value) ? JSON.parse(value) : value;
  if (Array.isArray(value)) return value.map(simplified);
  if (typeof value !== "object" || value === null) return value;
  const { asset, archive } = value as PlannedResource["inputs"];
  if (asset) return "a file";
  if (archive) return Object.keys(archive);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, simplified(inner)]));
}
