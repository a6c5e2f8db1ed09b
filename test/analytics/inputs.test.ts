import { createHash } from "node:crypto";
import { expect } from "chai";
import { InputError, MissingInputError } from "../../analytics/errors";
import { Inputs, readText } from "../../analytics/inputs";
import { input } from "../support/analysisInputs";

const PROVENANCE = { dataset: "ACS 1-year Estimate", source: "Census Bureau", cube: null };

/** Reads an input file as text, and counts its lines as rows. */
const readLines = (inputs: Inputs, name: string) =>
  inputs.read(name, async (chunks) => {
    const text = await readText(chunks);
    return { text, rows: text.split("\n").length - 1 };
  });

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the inputs of an analysis", () => {
  it("are measured as they are read", async () => {
    const content = "\uFEFFä\nb\n";
    const inputs = new Inputs([input("pr.sector", content, 3)]);
    expect(await readLines(inputs, "pr.sector")).to.include({ text: "ä\nb\n", rows: 2 });
    expect(inputs.used).to.deep.equal([
      {
        name: "pr.sector",
        key: "raw/bls/pr/pr.sector",
        version: null,
        sha256: createHash("sha256").update(content).digest("hex"),
        bytes: 8,
        rows: 2,
        upstreamDate: null,
        fetchedAt: null,
        provenance: null,
      },
    ]);
  });

  it("are listed by key, and only those that were read", async () => {
    const inputs = new Inputs(["c", "a", "b"].map((name) => input(name, "x\n")));
    for (const name of ["c", "a"]) await readLines(inputs, name);
    expect(inputs.used.map(({ name }) => name)).to.deep.equal(["a", "c"]);
    expect([inputs.has("b"), inputs.has("d")]).to.deep.equal([true, false]);
  });

  it("have the provenance that the content states, otherwise the one stored with the file", async () => {
    const stored = { ...input("nation.json", "x"), provenance: PROVENANCE };
    const stated = { ...PROVENANCE, dataset: "ACS 5-year Estimate" };
    for (const [provenance, expected] of [
      [stated, stated],
      [null, PROVENANCE],
    ] as const) {
      const inputs = new Inputs([stored]);
      await inputs.read("nation.json", async (chunks) => {
        await readText(chunks);
        return { rows: 0, provenance };
      });
      expect(inputs.used[0]?.provenance).to.deep.equal(expected);
    }
  });

  it("are named in the error if missing", async () => {
    const error = await failureOf(readLines(new Inputs([]), "pr.series"));
    expect(error).to.be.instanceOf(MissingInputError);
    expect((error as Error).message).to.equal("The report needs pr.series, which is missing.");
  });

  it("are refused in another format, before their content is read", async () => {
    const inputs = new Inputs([input("pr.series", Buffer.from("1f8b0800", "hex"))]);
    const error = await failureOf(readLines(inputs, "pr.series"));
    expect(error).to.be.instanceOf(InputError);
    expect((error as Error).message).to.match(/^pr\.series is compressed with gzip/);
    expect(inputs.used).to.deep.equal([]);
  });

  it("may contain the first bytes of another format further on", async () => {
    const inputs = new Inputs([input("pr.series", "abc\nPK\u0003\u0004", 4)]);
    expect(await readLines(inputs, "pr.series")).to.include({ rows: 1 });
  });
});
