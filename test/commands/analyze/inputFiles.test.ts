import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { findInputFiles } from "../../../commands/analyze/inputFiles";
import { dataFile, SETTINGS, writeSources } from "../../support/analysisInputs";

const ROWS = ["PRS30006032 2017 Q01 1234.5", "PRS30006032 2018 Q01 1234.5"];

describe("findInputFiles", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "input-files-"));
    file = writeSources(folder, ROWS);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The report from the files at a location. */
  async function reportFrom(location: string) {
    const { files, survey, dataFile } = findInputFiles(location, {});
    const settings = { ...SETTINGS, survey, dataFile };
    return (await analyzeFiles(files, settings, { generatedAt: new Date(0) })).report;
  }

  it("gives each file the same key as the pipeline does", () => {
    const { files, ...rest } = findInputFiles(folder, {});
    expect(rest).to.deep.equal({ survey: "pr", dataFile: "pr.data.0.Current" });
    expect(files.map(({ key }) => key)).to.deep.equal([
      "raw/bls/pr/pr.data.0.Current",
      "raw/bls/pr/pr.series",
      "raw/population/nation.json",
    ]);
  });

  it("finds the tables next to a data file, and the population where upstream or the pipeline puts it", async () => {
    const bucket = path.join(folder, "bucket");
    const survey = path.join(bucket, "raw", "bls", "pr");
    mkdirSync(survey, { recursive: true });
    mkdirSync(path.join(bucket, "raw", "population"));
    for (const name of ["pr.data.0.Current", "pr.series"])
      copyFileSync(path.join(path.dirname(file), name), path.join(survey, name));
    copyFileSync(path.join(folder, "population.json"), path.join(bucket, "raw", "population", "nation.json"));
    const expected = await reportFrom(folder);
    expect(expected.missingInputs).to.deep.equal([]);
    for (const location of [file, bucket, survey, path.join(survey, "pr.data.0.Current")])
      expect(await reportFrom(location), location).to.deep.equal(expected);
  });

  it("lists the data files or surveys of a directory if there is a choice to make", () => {
    const several = path.join(folder, "several");
    mkdirSync(several);
    for (const name of ["ap.data.1.HouseholdFuels", "ap.data.2.Gasoline"])
      writeFileSync(path.join(several, name), dataFile(ROWS));
    expect(() => findInputFiles(several, {})).to.throw(
      /^".*several" has several data files of the survey ap: ap\.data\.1\.HouseholdFuels and ap\.data\.2\.Gasoline\. Choose one with --file\.$/,
    );
    expect(() => findInputFiles(several, { file: "ap.data.3.Food" })).to.throw(
      /has no data file ap\.data\.3\.Food; it has ap\.data\.1\.HouseholdFuels and ap\.data\.2\.Gasoline\.$/,
    );
    expect(findInputFiles(several, { file: "ap.data.2.Gasoline" }).dataFile).to.equal("ap.data.2.Gasoline");
    writeFileSync(path.join(several, "ce.data.0.AllCESSeries"), dataFile(ROWS));
    expect(() => findInputFiles(several, {})).to.throw(
      /has the surveys ap and ce; choose one with --survey\.$/,
    );
    expect(() => findInputFiles(several, { survey: "la" })).to.throw(
      /has no data file for the survey la, only for ap and ce\.$/,
    );
  });

  const WRONG: [what: string, location: () => string, survey: string | undefined, message: RegExp][] = [
    [
      "a path that does not exist",
      () => path.join(folder, "nothing"),
      undefined,
      /^There is no file or directory ".*nothing"\.$/,
    ],
    [
      "a directory without data",
      () => path.join(folder, "pub"),
      undefined,
      /^".*pub" has no data file such as pr\.data\.0\.Current, either directly or in .*\.$/,
    ],
    [
      "another file",
      () => path.join(folder, "population.json"),
      undefined,
      /^".*population\.json" is not named like .*\.$/,
    ],
    ["a file with --survey", () => file, "ce", /^--survey and --file are for a directory: .*\.$/],
  ];
  for (const [what, location, survey, message] of WRONG) {
    it(`rejects ${what} in one sentence`, () => {
      const selection = survey === undefined ? {} : { survey };
      expect(() => findInputFiles(location(), selection)).to.throw(message);
    });
  }
});
