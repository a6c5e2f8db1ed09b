import { readdirSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { findInputFiles } from "../../../commands/analyze/inputFiles";
import { dataFile, HEADER, nation } from "../../support/analysisInputs";
import { useFolder } from "./smallFiles";

/** 4 quarters of 2, then 4 of 3: the best year is 2018, with 12. */
const ROWS = ["Q01", "Q02", "Q03", "Q04"].flatMap((quarter) => [
  `PRS30006032 2017 ${quarter} 2`,
  `PRS30006032 2018 ${quarter} 3`,
]);
const PEOPLE = nation([2017, 325_719_178], [2018, 327_167_439]);

describe("variants of the input of npm run analyze", () => {
  const folder = useFolder();

  describe("that decides whether there is a report", () => {
    /** A data file with this many rows, some of them without a number. */
    const badRows = (rows: number, bad: number) =>
      dataFile(
        Array.from({ length: rows }, (_, at) => `PRS${30_000_000 + at} 2018 Q01 ${at < bad ? "n/a" : "1"}`),
      );

    it("exits with status 1 if the population is one page of a longer answer, and leaves no tables", async () => {
      const page = { ...JSON.parse(PEOPLE), page: { limit: 2, offset: 0, total: 11 } };
      folder.write({ "pr.data.0.Current": dataFile(ROWS), "population.json": JSON.stringify(page) });
      const csv = path.join(folder.path, "csv");
      const { code, stdout, stderr } = await folder.run("--csv", csv);
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.include("2 rows of the 11");
      expect(stderr).not.to.include("--allow-refused");
      expect(readdirSync(csv)).to.deep.equal([]);
    });

    it("does not suggest --allow-refused if the population prevents the report too", async () => {
      const page = { ...JSON.parse(PEOPLE), page: { total: 11 } };
      folder.write({ "pr.data.0.Current": badRows(10, 5), "population.json": JSON.stringify(page) });
      const { code, stderr } = await folder.run();
      expect(code).to.equal(1);
      expect(stderr).to.include("of which 5 are refused").and.include("2 rows of the 11");
      expect(stderr).not.to.include("--allow-refused");
    });

    it("does not print the mean of one year as that of six if the other five could not be read", async () => {
      const six = [316_128_839, 318_857_056, 321_418_821, 323_127_515, 325_719_178, 327_167_439];
      const rows = six.map((persons, at) => ({
        Nation: "United States",
        Year: 2013 + at,
        // As a spreadsheet's number format writes them.
        Population: at === 0 ? persons : persons.toLocaleString("en-US"),
      }));
      folder.write({
        "pr.data.0.Current": dataFile(ROWS),
        "population.json": JSON.stringify({ data: rows }),
      });
      const { code, stdout } = await folder.run();
      expect([code, stdout]).to.deep.equal([1, ""]);
    });

    it("shows the first bad row even after a thousand rows without a value", async () => {
      const rows = Array.from(
        { length: 1100 },
        (_, at) => `PRS${30_000_000 + at} 2018 Q01 ${at < 1000 ? "-" : "n/a"}`,
      );
      folder.write({ "pr.data.0.Current": dataFile([...rows, ...ROWS]) });
      const { code, stderr } = await folder.run();
      expect(code).to.equal(1);
      expect(stderr).to.include("the first, line 1002, has a value that is not a decimal");
    });

    it("accepts no bad row with --allow-refused 0, and one in a hundred by default", async () => {
      folder.write({ "pr.data.0.Current": badRows(100, 1) });
      const [none, one] = [await folder.run("--allow-refused", "0"), await folder.run("--json")];
      expect([none.code, none.stdout]).to.deep.equal([1, ""]);
      expect(one.code).to.equal(0);
      expect(JSON.parse(one.stdout).quality).to.include({ rowsRead: 100, rowsKept: 99 });
    });

    it("still exits with status 1 with --allow-refused 100 if no row can be kept", async () => {
      folder.write({ "pr.data.0.Current": badRows(3, 3) });
      const { code, stdout, stderr } = await folder.run("--allow-refused", "100");
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).not.to.include("--allow-refused");
    });

    it("does not say that 1.0 % is more than 1 %", async () => {
      folder.write({ "pr.data.0.Current": badRows(10_000, 101) });
      const { code, stderr } = await folder.run();
      expect(code).to.equal(1);
      expect(stderr)
        .to.match(/of which 101 are refused, more than the 1 % allowed/)
        .and.not.to.include("1.0 %");
    });

    it("reports a file that lost nearly all its values, as after a failed conversion", async () => {
      const rows = Array.from({ length: 99 }, (_, at) => `PRS30006032\t${1900 + at}\tQ01\t\t`);
      folder.write({
        "pr.data.0.Current": [HEADER, ...rows, "PRS30006032\t2000\tQ01\t1.5\t", ""].join("\n"),
      });
      const { code, stdout } = await folder.run("--json");
      if (code === 1) return;
      const { rules } = Report.parse(JSON.parse(stdout)).quality;
      const told = rules.filter(({ rule, severity, count }) => severity === "warning" && count && rule);
      expect(told.map(({ rule }) => rule)).not.to.deep.equal([]);
    });
  });

  describe("in layouts that people or this project use", () => {
    const dataFileOf = (file?: string) =>
      findInputFiles(folder.path, file === undefined ? {} : { file }).dataFile;

    it("accepts --file with the file's name on disk, which ends in .txt", () => {
      folder.write({ "pr.data.0.Current.txt": dataFile(ROWS), "pr.data.1.AllData.txt": dataFile(ROWS) });
      expect(dataFileOf("pr.data.1.AllData")).to.equal("pr.data.1.AllData");
      expect(dataFileOf("pr.data.1.AllData.txt")).to.equal("pr.data.1.AllData");
    });

    it("finds a population that an editor saved as .txt", () => {
      folder.write({ "pr.data.0.Current.txt": dataFile(ROWS), "population.json.txt": PEOPLE });
      expect(findInputFiles(folder.path, {}).files.map(({ name }) => name)).to.include("nation.json");
    });

    it("does not mistake other files for the survey's: hidden ones, sub-folders, prose", async () => {
      folder.write({
        "pr.data.1.AllData.TXT": dataFile(ROWS),
        "._pr.data.0.Current": "\0\u0005\u0016\u0007",
        ".DS_Store": "\0",
        "pr.data.old/pr.data.0.Current": "not this one",
        "pr.txt": "About the survey",
        "population.json": PEOPLE,
      });
      const { code, stdout } = await folder.run("--json");
      expect(code).to.equal(0);
      const report = Report.parse(JSON.parse(stdout));
      expect(report.settings.dataFile).to.equal("pr.data.1.AllData");
      expect(report.bestYears.map(({ year, value }) => [year, value])).to.deep.equal([[2018, 12]]);
    });

    it("prefers the current file to all data in a wget mirror", () => {
      const survey = path.join("pub", "time.series", "pr");
      folder.write({
        [path.join(survey, "pr.data.0.Current")]: dataFile(ROWS),
        [path.join(survey, "pr.data.1.AllData")]: dataFile(ROWS),
        [path.join(survey, "index.html")]: "<html>",
      });
      expect(dataFileOf()).to.equal("pr.data.0.Current");
    });

    it("accepts a browser's second copy of the file, but not an unfinished download", async () => {
      folder.write({ "pr.data.0.Current (1)": dataFile(ROWS), "pr.series.crdownload": "series" });
      expect(dataFileOf()).to.equal("pr.data.0.Current");
      expect(findInputFiles(folder.path, {}).files.map(({ name }) => name)).to.deep.equal([
        "pr.data.0.Current",
      ]);
      folder.write({ "pr.data.0.Current.crdownload": dataFile(ROWS) });
      expect(() => findInputFiles(path.join(folder.path, "pr.data.0.Current.crdownload"), {})).to.throw(
        /is an unfinished download/,
      );
    });

    it("takes the copy that --file names, and a population from above only in an upstream or bucket layout", () => {
      folder.write({ "pr.data.0.Current (1)": dataFile(ROWS), "pr.data.0.Current (2)": dataFile(ROWS) });
      const [found] = findInputFiles(folder.path, { file: "pr.data.0.Current (2)" }).files;
      expect(path.basename(found?.path ?? "")).to.equal("pr.data.0.Current (2)");
      folder.write({ "population.json": PEOPLE, "a/b/c/pr.data.0.Current": dataFile(ROWS) });
      const other = findInputFiles(path.join(folder.path, "a", "b", "c"), {});
      expect(other.files.map(({ name }) => name)).to.deep.equal(["pr.data.0.Current"]);
    });

    it("says that there is no data file if only a folder is named like one", async () => {
      folder.write({ "pr.data.old/notes.txt": "none" });
      const { code, stderr } = await folder.run();
      expect(code).to.equal(1);
      expect(stderr).to.match(/has no data file/);
    });
  });
});
