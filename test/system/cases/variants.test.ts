import { readFileSync } from "node:fs";
import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { dataFile, input, real, SETTINGS, skipWithoutRealFiles } from "../../support/analysisInputs";
import { needCase } from "../../support/cases";
import { caseFile } from "./caseFiles";
import { bestYears, outcome, reportOf } from "./smallFiles";

/** The case's intact files: 16 rows, whose sums are 9 × 4, 1 + 1 + 1 + 2, 8 × 4 and 1 × 4. */
const intact = (name: string) =>
  readFileSync(caseFile("01-last-tab-trimmed", "intact", "pub", "time.series", "pr", name), "latin1");
const RIGHT = [
  ["PRS85006092", 2022, 36],
  ["PRS85006112", 2022, 32],
];

describe("variants of lines without their last white space", () => {
  before(function () {
    needCase(this, "01-last-tab-trimmed");
  });

  const lines = (text: string) => text.split("\n").slice(0, -1);
  const trimmed = (line: string) => line.replace(/\s+$/, "");
  const VARIANTS: [what: string, change: (text: string) => string][] = [
    [
      "a spreadsheet padded the lines with TABs to its widest row",
      (text) =>
        lines(text)
          .map((line) => `${line}\t\t\t\r\n`)
          .join(""),
    ],
    [
      "Notepad added a byte order mark, and half of the lines are trimmed, half end in CRLF",
      (text) =>
        `\uFEFF${lines(text)
          .map((line, at) => (at % 2 === 0 ? `${trimmed(line)}\n` : `${line}\r\n`))
          .join("")}`,
    ],
    [
      "two text-mode copies added two CRs after an editor trimmed the lines",
      (text) =>
        lines(text)
          .map((line) => `${trimmed(line)}\r\r\n`)
          .join(""),
    ],
    [
      "an editor turned the TABs at the ends of lines into spaces",
      (text) =>
        lines(text)
          .map((line) => `${line.replace(/\t$/, "    ")}\r\n`)
          .join(""),
    ],
    [
      "there are lines between the rows that are empty or hold only TABs",
      (text) =>
        lines(text)
          .map((line) => `${trimmed(line)}\n\t\t\t\t\r\n\n`)
          .join(""),
    ],
    ["the file ends with a TAB instead of a line end", (text) => text.slice(0, -1)],
    ["the file ends with a CR instead of a line end", (text) => `${text.trimEnd()}\r`],
  ];
  for (const [what, change] of VARIANTS) {
    it(`gives the numbers of the intact file when ${what}`, async () => {
      const names = ["pr.data.0.Current", "pr.series"];
      const report = await reportOf(Object.fromEntries(names.map((name) => [name, change(intact(name))])));
      expect(bestYears(report)).to.deep.equal(RIGHT);
      expect(report.quality).to.include({ rowsRead: 16, rowsKept: 16 });
      expect(outcome(report, "unknownSeries")).to.include({ count: 0 });
      expect(outcome(report, "absentSeries")).to.include({ count: 0 });
    });
  }

  it("keeps a trimmed row whose footnote R is in the list, among trimmed rows without footnotes", async () => {
    const report = await reportOf({
      "pr.data.0.Current": lines(intact("pr.data.0.Current")).map(trimmed).join("\n").concat("\n"),
      "pr.footnote": "footnote_code\nR\n",
    });
    expect(bestYears(report)).to.deep.equal(RIGHT);
    expect(outcome(report, "unknownFootnote")).to.include({ count: 0 });
  });

  const FULL = dataFile(Array.from({ length: 200 }, (_, at) => `PRS30006032 ${1800 + at} Q01 1`));
  for (const [where, rest] of [
    ["in its value", "2000\tQ01\t       12"],
    ["before its value, in the padding", "2000\tQ01\t       "],
    ["before its value, after the TAB", "2000\tQ01\t"],
    ["in its period", "2000\tQ0"],
    ["in its series id's padding", ""],
  ] as const) {
    it(`warns of a download that breaks off in its last row, ${where}`, async () => {
      const cut = `${FULL}PRS30006032      ${rest === "" ? "" : `\t${rest}`}`;
      const { quality } = await reportOf({ "pr.data.0.Current": cut });
      expect(quality).to.include({ rowsRead: 201, rowsKept: 200 });
      const refused = quality.rules.filter(({ count, severity }) => count && severity === "warning");
      expect(refused.map(({ rule }) => rule).filter((rule) => rule !== "chosenSeries")).to.have.length(1);
    });
  }
});

describe("variants of empty optional lists", () => {
  const TABLES = ["sector", "measure", "class", "seasonal", "duration", "period", "footnote"];
  const EMPTY: [what: string, content: (table: string) => string][] = [
    ["of zero bytes", () => ""],
    ["of a byte order mark and blank lines", () => "\uFEFF\r\n\t\t\r\n"],
    [
      "of a header in capitals without a line end",
      (table) => (table === "period" ? "PERIOD\tPERIOD_ABBR" : `${table}_CODE\t${table}_TEXT`.toUpperCase()),
    ],
    [
      "of a header and rows that a spreadsheet emptied",
      (table) => `${table === "period" ? "period" : `${table}_code`}\t${table}_text\r\n\t\r\n\t\r\n`,
    ],
  ];
  for (const [what, content] of EMPTY) {
    it(`creates the report if all seven consist ${what}; each code in use is a finding`, async function () {
      needCase(this, "01-last-tab-trimmed");
      const tables = Object.fromEntries(TABLES.map((table) => [`pr.${table}`, content(table)]));
      const report = await reportOf({
        "pr.data.0.Current": intact("pr.data.0.Current"),
        "pr.series": intact("pr.series"),
        ...tables,
      });
      expect(bestYears(report)).to.deep.equal(RIGHT);
      expect(report.bestYears[0]).to.include({
        title: "sector 8500: measure 09, class 6, seasonal S",
        unit: "duration 2",
      });
      // Both series have the same five codes; all 16 rows are by quarter, and one has an R.
      expect(outcome(report, "unknownCode")).to.include({ severity: "warning", count: 5 });
      expect(outcome(report, "unknownPeriod")).to.include({ count: 16 });
      expect(outcome(report, "unknownFootnote")).to.include({ count: 1 });
    });
  }

  it("with BLS's own file: 424 rows with a footnote are counted, as by awk, and all best years stay", async function () {
    skipWithoutRealFiles(this);
    const files = real.files().map((file) =>
      // The 27 bytes of `ap.footnote`.
      file.name === "pr.footnote" ? input(file.name, "footnote_code\tfootnote_text") : file,
    );
    const { report } = await analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
    expect(outcome(report, "unknownFootnote")).to.include({ severity: "warning", count: 424 });
    const quarterly = report.bestYears.filter(({ basis }) => basis === "quarterly");
    expect(quarterly).to.have.length(237);
    expect(quarterly.reduce((sum, { value }) => sum + Math.round(value * 1000), 0)).to.equal(44_976_446);
  });
});
