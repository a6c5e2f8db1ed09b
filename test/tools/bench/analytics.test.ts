import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { messageOf } from "../../../functions/shared/errors";
import { measureAggregation } from "../../../tools/bench/analytics/aggregation";
import { countDifferences, readAnswer, readAnswerFile } from "../../../tools/bench/analytics/answer";
import { sampleDataFile, writeDataFile } from "../../../tools/bench/analytics/dataFiles";
import { measureProcessTree } from "../../../tools/bench/analytics/processTree";
import { pythonSubjects } from "../../../tools/bench/analytics/python";
import { readReportAnswer } from "../../../tools/bench/analytics/reportAnswer";
import { reportSubjects } from "../../../tools/bench/analytics/reportSubjects";
import type { Subject } from "../../../tools/bench/analytics/subject";
import { nodeSubjects } from "../../../tools/bench/analytics/subjects";
import { UPSTREAM_DIR } from "../../../tools/directories";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";

const REAL = path.join(UPSTREAM_DIR, "pub/time.series/pr/pr.data.0.Current");

describe("the analytics benchmark", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "bench-test-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  describe("its data files", () => {
    it("are the sample at 1×", async () => {
      const file = path.join(directory, "one");
      await writeDataFile(file, 1);
      expect(readFileSync(file, "latin1")).to.equal(sampleDataFile());
    });

    it("have rows and series multiplied at 3×, in lines of the same width", async () => {
      const file = path.join(directory, "three");
      const { bytes, rows, sha256 } = await writeDataFile(file, 3);
      const content = readFileSync(file);
      const sample = sampleDataFile().trimEnd().split("\n").slice(1);
      const lines = content.toString("latin1").trimEnd().split("\n").slice(1);
      const ids = (of: string[]) => new Set(of.map((line) => line.split("\t")[0]?.trim()));
      expect(lines)
        .to.have.length(rows)
        .and.length(3 * sample.length);
      expect(ids(lines).size).to.equal(3 * ids(sample).size);
      expect(new Set(lines.map((line) => line.indexOf("\t")))).to.deep.equal(new Set([17]));
      expect(bytes).to.equal(content.length);
      expect(sha256).to.equal(createHash("sha256").update(content).digest("hex"));
    });
  });

  describe("its answers", () => {
    it("are the same in any order and with any line end", () => {
      expect(readAnswer("B,2001,-5\nA,1999,1500\n").sha256).to.equal(
        readAnswer("A,1999,1500\r\nB,2001,-5").sha256,
      );
      const lines = createHash("sha256").update("A,1999,1.500\nB,2001,-0.005\n").digest("hex");
      expect(readAnswer("B,2001,-5\nA,1999,1500\n").sha256).to.equal(lines);
    });

    it("are compared by series: another year, a missing series, an extra one", () => {
      const expected = readAnswer("A,1999,1\nB,2000,2\nC,2001,3\n");
      expect(countDifferences(readAnswer("A,1998,1\nB,2000,2\nD,2001,3\n"), expected)).to.equal(3);
      expect(countDifferences(readAnswer("C,2001,3\nA,1999,1\nB,2000,2\n"), expected)).to.equal(0);
    });

    it("are refused unless they are whole thousandths", () => {
      expect(() => readAnswer("A,1999,1.5\n")).to.throw(/A,1999,1\.5/);
    });
  });

  it("agree between this project and DuckDB; differences from danfo's floats are counted", async function () {
    this.timeout(60_000);
    const { subjects } = await measureAggregation(nodeSubjects(directory), 1, 1, directory, () => {});
    expect(subjects.flatMap(({ error }) => error ?? [])).to.deep.equal([]);
    const [own, floor, duckdb, danfo] = subjects;
    expect([own?.differences, floor?.differences, duckdb?.differences]).to.deep.equal([0, null, 0]);
    expect(duckdb?.sha256).to.equal(own?.sha256);
    expect(danfo?.differences).to.be.greaterThan(0);
    expect(subjects.map(({ runs }) => runs.length)).to.deep.equal([1, 1, 1, 1]);
  });

  it("finds that the whole report agrees with DuckDB's on every series", async function () {
    this.timeout(60_000);
    const { subjects } = await measureAggregation(reportSubjects(), 2, 1, directory, () => {});
    expect(subjects.flatMap(({ error }) => error ?? [])).to.deep.equal([]);
    expect(subjects.map(({ differences }) => differences)).to.deep.equal([0, 0]);
    expect(subjects[0]?.sha256).to.equal(subjects[1]?.sha256);
  });

  describe("its answers about whole reports", () => {
    const BEST = ["A,2001,3,4,quarterly,2003 2004", "B,1999,-0.5,0,annual,"];
    const SUMS = ["A,2001,3,4,quarterly", "A,2002,1.25,1,quarterly", "B,1999,-0.5,0,annual"];
    let count = 0;
    const answerOf = (best: readonly string[], sums: readonly string[], mark = "") => {
      const folder = path.join(directory, `report${count++}`);
      mkdirSync(folder);
      const table = (name: string, columns: string, rows: readonly string[]) =>
        writeFileSync(path.join(folder, name), `${mark}${[columns, ...rows].join("\n")}\n`);
      table("best-years.csv", "series_id,year,value,quarters,basis,tied_years", best);
      table("yearly-sums.csv", "series_id,year,value,quarters,basis", sums);
      return readReportAnswer(folder);
    };

    it("are the same with trailing zeros, quotes and a byte order mark", () => {
      const other = answerOf(
        ['B,1999,-0.500,0,annual,""', "A,2001,3.000,4,quarterly,2003 2004"],
        ["A,2001,3.000,4,quarterly", "A,2002,1.250,1,quarterly", "B,1999,-0.500,0,annual"],
        "\uFEFF",
      );
      expect(other.sha256).to.equal(answerOf(BEST, SUMS).sha256);
      expect(other.series).to.equal(2);
    });

    it("are compared by series: a tie, a sum, a missing year", () => {
      const expected = answerOf(BEST, SUMS);
      const differences = (best: readonly string[], sums: readonly string[]) =>
        countDifferences(answerOf(best, sums), expected);
      expect(differences(["A,2001,3,4,quarterly,2003", BEST[1] ?? ""], SUMS)).to.equal(1);
      expect(differences(BEST, SUMS.with(1, "A,2002,1.251,1,quarterly"))).to.equal(1);
      expect(differences(BEST, SUMS.slice(0, 2))).to.equal(1);
      expect(differences(BEST, [...SUMS].reverse())).to.equal(1);
      expect(differences(BEST, SUMS)).to.equal(0);
    });
  });

  it("finds the known answer in BLS's own file", function () {
    if (!existsSync(REAL)) {
      console.log("      the real data file is missing: set UPSTREAM_DIR");
      this.skip();
    }
    const program = path.join(__dirname, "../../../tools/bench/analytics/programs/kernel.ts");
    const answer = path.join(directory, "real.csv");
    const { status } = spawnSync(process.execPath, [...TYPESCRIPT, program, REAL, answer]);
    expect(status).to.equal(0);
    const { series, sha256 } = readAnswer(readFileSync(answer, "utf8"));
    expect(series).to.equal(237);
    expect(sha256).to.match(/^1be2fc8694f3f02a/);
  });

  it("reports what failed, with its own error message, and measures the others", async () => {
    const silent = subject("silent", "");
    const failing = subject("failing", "throw new Error('no such engine')");
    const { subjects } = await measureAggregation([failing, silent], 1, 1, directory, () => {});
    expect(messageOf(subjects[0]?.error)).to.include("no such engine");
    expect(String(subjects[1]?.error)).to.include("wrote no answer");
  });

  it("names each engine that is not installed, and how to install it", async () => {
    const { subjects, missing } = await pythonSubjects(path.join(directory, "no-python"));
    expect(subjects).to.deep.equal([]);
    expect(missing).to.have.length(4);
    for (const sentence of missing) expect(sentence).to.include("pip install -r");
  });

  it("adds up the memory of a process and its child", async function () {
    if (process.platform !== "linux") this.skip();
    const wait = "setTimeout(() => {}, 400)";
    const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(wait)}])`;
    const run = (code: string) =>
      measureProcessTree("tree", () => spawn(process.execPath, ["-e", code], { stdio: "ignore" }));
    const alone = (await run(wait)).peakRssBytes ?? 0;
    const both = (await run(parent)).peakRssBytes ?? 0;
    expect(both).to.be.greaterThan(1.6 * alone);
  });
});

function subject(name: string, code: string): Subject {
  const start = () => spawn(process.execPath, ["-e", code], { stdio: ["ignore", "ignore", "pipe"] });
  return { name, remark: "", readAnswer: readAnswerFile, start };
}
