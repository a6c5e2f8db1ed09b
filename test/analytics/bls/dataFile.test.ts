import { expect } from "chai";
import { readDataFile } from "../../../analytics/bls/dataFile";
import { findObservations } from "../../../analytics/bls/observations";
import { InputError } from "../../../analytics/errors";
import { Findings, MOST_REFUSED_ROWS } from "../../../analytics/findings";
import { findLeadingYears } from "../../../analytics/reports/leadingYears";
import type { Rule } from "../../../analytics/rules";
import { dataFile, HEADER, input } from "../../support/analysisInputs";

async function read(content: string | Uint8Array, chunkBytes?: number) {
  const findings = new Findings();
  const file = input("pr.data.0.Current", content, chunkBytes);
  return { ...(await readDataFile(file.open(), file.name, { findings })), findings };
}

const row = (fields: string) => fields.replaceAll("|", "\t");

describe("reading a BLS data file", () => {
  it("gives the same result with CRLF, with LF, with a byte order mark and without the last line end", async () => {
    const rows = ["PRS1 2018 Q01 0.5", "PRS1 2018 Q02 -1.25 R", "PRS2 1947 Q05 101"];
    const crlf = dataFile(rows);
    for (const content of [
      crlf,
      dataFile(rows, "\n"),
      `\uFEFF${crlf}`,
      crlf.slice(0, -2),
      `${crlf}\r\n  \r\n`,
    ]) {
      const { values, rows: count, findings } = await read(content);
      expect([count, values.valueCount, findings.refused]).to.deep.equal([3, 3, []]);
      expect(findLeadingYears(values)).to.deep.equal({
        seriesId: ["PRS1", "PRS2"],
        basis: ["quarterly", "annual"],
        year: [2018, 1947],
        thousandths: [-750, 101_000],
        quarters: [2, 0],
        tieOrder: [0, 0],
        quarterly: Uint8Array.of(1, 0),
      });
    }
  });

  const values: [text: string, thousandths: number | null][] = [
    ["0", 0],
    ["-0.0", 0],
    ["7", 7000],
    [".5", 500],
    ["-.25", -250],
    ["12.345", 12_345],
    ["1000000000000", 1e15],
    ["1000000000000.001", null],
    ["1.2345", null],
    ["5.", null],
    [".", null],
    ["1e5", null],
    ["+5", null],
    ["1,000", null],
    ["--5", null],
    ["1.2.3", null],
    ["0x10", null],
    ["1 2", null],
    ["NaN", null],
  ];
  for (const [text, thousandths] of values) {
    it(`${thousandths === null ? "refuses" : "reads"} the value ${text}`, async () => {
      const { values, findings } = await read(
        `${HEADER}\nS|2000|Q01|1|\nS|2001|Q01|${text}|\n`.replaceAll("|", "\t"),
      );
      const found = findObservations(values, "S", "Q01");
      expect(found.thousandths[1]).to.equal(thousandths ?? undefined);
      expect(Object.is(found.thousandths[1], -0)).to.equal(false);
      expect(findings.count("value")).to.equal(thousandths === null ? 1 : 0);
    });
  }

  const broken: [rule: Rule, text: string][] = [
    ["fields", "S|2001"],
    ["fields", "S|2001|Q01|1||R"],
    ["fields", "<html>"],
    ["series", "   |2001|Q01|1|"],
    ["series", "A B|2001|Q01|1|"],
    ["series", "=A1|2001|Q01|1|"],
    ["year", "S|201|Q01|1|"],
    ["year", "S|20 1|Q01|1|"],
    ["year", "S|1799|Q01|1|"],
    ["year", "S|2200|Q01|1|"],
    ["period", "S|2001|Q06|1|"],
    ["period", "S|2001|Q00|1|"],
    ["period", "S|2001|M01|1|"],
    ["period", "S|2001|Q001|1|"],
    ["missing", "S|2001|Q01|           -|"],
    ["missing", "S|2001|Q01|    |"],
    ["value", "S|2001|Q01|- 5|"],
    ["repeated", "S|2000|Q01|1.000|"],
    ["duplicate", "S|2000|Q01|2|"],
    ["fields", "\0\0\0"],
    ["series", `${"S".repeat(51)}|2001|Q01|1|`],
  ];
  for (const [rule, text] of broken) {
    it(`refuses "${text}" by the rule "${rule}" and keeps the rest`, async () => {
      const { values, rows, findings } = await read(
        `${HEADER}\r\n${row("S|2000|Q01|1|")}\r\n${row(text)}\r\n${row("S|2002|Q01|3|")}\r\n`,
      );
      expect(findings.refused).to.have.length(1);
      expect(findings.refused[0]).to.include({ file: "pr.data.0.Current", line: 3, rule, text: row(text) });
      expect(findings.count(rule)).to.equal(1);
      expect(rows).to.equal(3);
      expect(findObservations(values, "S", "Q01")).to.deep.equal({
        year: [2000, 2002],
        thousandths: [1000, 3000],
      });
    });
  }

  it("counts all refused rows, but keeps only the first thousand", async () => {
    const rows = Array.from({ length: MOST_REFUSED_ROWS + 5 }, () => "S 2001 Q01 x");
    const { findings } = await read(dataFile(["S 2000 Q01 1", ...rows]));
    expect(findings.count("value")).to.equal(MOST_REFUSED_ROWS + 5);
    expect(findings.refused).to.have.length(MOST_REFUSED_ROWS);
  });

  const useless: [what: string, content: string, line: number | null, reason: RegExp][] = [
    ["an empty file", "", null, /is empty/],
    ["a header without rows", `${HEADER}\r\n`, null, /no rows/],
    [
      "columns in another order",
      "year\tseries_id\tperiod\tvalue\tfootnote_codes\n",
      1,
      /has: year, series_id/,
    ],
    ["an error page", "<html><body>Access Denied</body></html>", 1, /<html>/],
    ["bytes without a line", "x".repeat(70_000), null, /longer than/],
  ];
  for (const [what, content, line, reason] of useless) {
    it(`rejects ${what}`, async () => {
      const error = await read(content).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(InputError);
      expect(error).to.include({ file: "pr.data.0.Current", line });
      expect((error as InputError).message).to.match(reason);
    });
  }

  it("keeps values of more than 32 bits next to smaller ones", async () => {
    const texts = [
      "1",
      "2147483.647",
      "2147483.648",
      "-2147483.648",
      "-2147483.649",
      "-3",
      "999999999999.999",
      "0.001",
    ];
    const { values } = await read(dataFile(texts.map((text, at) => `S ${2000 + at} Q01 ${text}`)));
    expect(findObservations(values, "S", "Q01").thousandths).to.deep.equal(
      texts.map((text) => Math.round(Number(text) * 1000)),
    );
  });

  it("sorts a series' values by year", async () => {
    const { values } = await read(dataFile(["S 2002 Q01 2", "T 2001 Q01 9", "S 2001 Q01 1", "S 2003 Q02 3"]));
    expect(findObservations(values, "S", "Q01")).to.deep.equal({
      year: [2001, 2002],
      thousandths: [1000, 2000],
    });
  });
});
