import { createHash } from "node:crypto";
import { expect } from "chai";
import { analyzeFiles } from "../../analytics/analyzeFiles";
import { fingerprint } from "../../analytics/fingerprint";
import { input, inputs, SETTINGS } from "../support/analysisInputs";

const OPTIONS = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const ROWS = ["PRS30006032 2018 Q01 0.5", "X 2001 Q05 3.125"];

describe("the fingerprint", () => {
  it("changes if and only if content, keys or settings change", async () => {
    const of = async (files = inputs(ROWS), settings = SETTINGS, options = OPTIONS) =>
      (await analyzeFiles(files, settings, options)).report.fingerprint;
    const now = await of();
    expect(await of(inputs(ROWS), SETTINGS, { generatedAt: new Date(0) })).to.equal(now);
    expect(await of([...inputs(ROWS), input("pr.txt", "prose")])).to.equal(now);
    expect(await of(inputs([...ROWS, "X 2002 Q05 1"]))).not.to.equal(now);
    expect(await of(inputs(ROWS).map((file) => ({ ...file, key: `${file.key}.old` })))).not.to.equal(now);
    expect(await of(inputs(ROWS), { ...SETTINGS, period: "Q02" })).not.to.equal(now);
  });

  it("is computed as documented", async () => {
    const { report } = await analyzeFiles(
      inputs(ROWS).filter(({ name }) => name !== "pr.sector"),
      SETTINGS,
      OPTIONS,
    );
    const [nationHash, dataHash, seriesHash] = report.inputs.map(({ sha256 }) => sha256);
    const canonical =
      `{"inputs":[["raw/bls/pr/nation.json","${nationHash}"],["raw/bls/pr/pr.data.0.Current","${dataHash}"],` +
      `["raw/bls/pr/pr.series","${seriesHash}"]],"schemaVersion":3,"settings":{"dataFile":"pr.data.0.Current",` +
      `"period":"Q01","populationYears":{"from":2013,"to":2018},"seriesId":"PRS30006032","survey":"pr"}}`;
    expect(report.fingerprint).to.equal(createHash("sha256").update(canonical).digest("hex"));
  });

  it("is the same for inputs in any order", () => {
    const [a, b] = [
      { key: "a", sha256: "1", provenance: null },
      { key: "b", sha256: "0", provenance: null },
    ];
    expect(fingerprint([b, a], SETTINGS)).to.equal(fingerprint([a, b], SETTINGS));
    expect(fingerprint([a], SETTINGS)).not.to.equal(fingerprint([a, b], SETTINGS));
  });

  it("differs for the same figures from another dataset", () => {
    const from = (dataset: string) =>
      fingerprint([{ key: "a", sha256: "1", provenance: { dataset, source: null, cube: null } }], SETTINGS);
    expect(from("ACS 1-year Estimate")).not.to.equal(from("ACS 5-year Estimate"));
    expect(from("ACS 1-year Estimate")).not.to.equal(
      fingerprint([{ key: "a", sha256: "1", provenance: null }], SETTINGS),
    );
  });
});
