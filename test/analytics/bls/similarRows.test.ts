import { expect } from "chai";
import fc from "fast-check";
import { type DataFile, readDataFile } from "../../../analytics/bls/dataFile";
import { PERIODS } from "../../../analytics/bls/periods";
import { AnalysisError } from "../../../analytics/errors";
import { Findings } from "../../../analytics/findings";
import { dataFile, HEADER, input } from "../../support/analysisInputs";
import { mutated, mutations } from "../../system/fuzz/mutations";

const LISTS = {
  series: new Set(["PRS30006011"]),
  periods: new Set(PERIODS.slice(0, 4)),
  footnotes: new Set(["R"]),
};

/** The result of reading: every value, count and finding, or the error. */
async function read(content: string | Uint8Array, chunkBytes: number) {
  const findings = new Findings();
  const file = input("pr.data.0.Current", content, chunkBytes);
  try {
    const { values, rows } = await readDataFile(file.open(), file.name, { lists: LISTS, findings });
    return { rows, values: listed(values), outcomes: findings.outcomes, refused: findings.refused };
  } catch (error) {
    if (error instanceof AnalysisError) return { error: error.message };
    throw error;
  }
}

/** Each value as `series year period thousandths`, in order of first appearance of its series and year. */
function listed(values: DataFile["values"]): string[] {
  const describeValue = (record: number, slot: number) => {
    const value = values.valueOf(record, slot);
    const series = values.seriesIds[values.seriesOf(record)];
    return `${series} ${values.yearOf(record)} ${PERIODS[slot]} ${Object.is(value, -0) ? "-0" : value}`;
  };
  return Array.from({ length: values.recordCount }, (_, record) =>
    PERIODS.flatMap((_, slot) => ((values.presentOf(record) >> slot) & 1 ? describeValue(record, slot) : [])),
  ).flat();
}

/** Chunks of a few bytes, so that each row is read alone and not as one of many similar ones. */
const ALONE = 16;
const TOGETHER = 1 << 20;

/** 160 rows of two series like BLS's, with a footnote here and there. */
const ROWS = ["PRS30006011", "PRS30006012"].flatMap((series, at) =>
  Array.from({ length: 16 }, (_, year) =>
    PERIODS.map((period, slot) => {
      const value = ((year * 7 + slot * 3 - 40) * 10 ** ((year + at) % 3)) / 10;
      return `${series} ${1995 + year} ${period} ${value.toFixed((year + slot) % 4)}${slot === 3 && year % 5 === 0 ? " R" : ""}`;
    }),
  ).flat(),
);

/** A data file with this line among similar rows; `|` stands for TAB. */
function around(line: string, before = ROWS.slice(0, 22), after = ROWS.slice(22, 80)): string {
  const [start, end] = [dataFile(before), dataFile(after).slice(HEADER.length + 2)];
  return `${start}${line.replaceAll("|", "\t")}\r\n${end}`;
}

const ID = "PRS30006011      ";
const UNUSUAL = [
  ...["|1999|Q03|           -|", "|1999|Q03||", "|1999|Q03|            |"].map((rest) => ID + rest),
  ...[
    "1",
    "-0",
    "0.000",
    "-.5",
    ".25",
    "-12345.678",
    "999999.999",
    "123456789",
    "1234567890",
    "999999999999",
    "1000000000000",
    "9999999999999",
    "-999999999.999",
    "12345678901.25",
  ],
  ...[
    "1000000000001",
    "00000000000001.5",
    "1.2345",
    "5.",
    ".",
    "-",
    "--1",
    "- 1",
    "1-",
    "+1",
    "1e5",
    "1,5",
    "1 2",
  ],
  ...[
    "1 ",
    " 1 ",
    `${" ".repeat(60)}7`,
    `${" ".repeat(60)}7${" ".repeat(60)}`,
    "1\0",
    "\u0661",
    "/",
    ":",
    "1.:",
  ],
].map((value) => (value.includes("|") ? value : `${ID}|1999|Q03|${value.padStart(12)}|`));
const OTHERS = [
  ...[
    "1799",
    "1800",
    "2199",
    "2200",
    "0000",
    "19 9",
    " 1999",
    "1999 ",
    "199",
    "19999",
    "/999",
    "1:99",
    "۱۹۹۹",
  ].map((year) => `${ID}|${year}|Q03|  1|`),
  ...[
    "Q00",
    "Q01",
    "Q05",
    "Q06",
    "q03",
    "Q3",
    "Q03 ",
    " Q03",
    "Q033",
    "M03",
    "S01",
    "Q0/",
    "Q0:",
    "Q0\0",
  ].map((period) => `${ID}|1999|${period}|  1|`),
  ...["R", " R", "R ", "R,P", "R,R", ",", "X", "é", "x".repeat(300), `R${"\r"}`, "\rR", " "].map(
    (notes) => `${ID}|1999|Q03|  1|${notes}`,
  ),
  ...[
    "PRS30006011|",
    "PRS30006011     |",
    " PRS30006011     |",
    "PRS30006012      |",
    "PRT30006011      |",
  ].map((id) => `${id}1999|Q03|  1|`),
  ...[
    `${ID}|1999|Q03|  1`,
    `${ID}|1999|Q03|  1||`,
    `${ID}|1999|Q03`,
    ID,
    "",
    "   ",
    "|||||",
    "\0",
    `${ID}|1999|Q03|1|\r`,
    `${ID}|1999|Q03|1\r`,
    `${ID}|1999|Q03|1 `,
    `${ID}|1999|Q03|1\rR`,
    `${ID}|1999|Q03|1R`,
    `${ID}|1999|Q03|`,
    `${ID}|1999|Q03|1| | `,
  ],
  ...["1.000", "-9.5", "7"].map((value) => `${ID}|1995|Q02|${value}|`),
];

describe("similar rows, read together", () => {
  for (const line of [...UNUSUAL, ...OTHERS]) {
    it(`give the same result as rows read one by one, with ${JSON.stringify(line)} among them`, async () => {
      const content = around(line);
      expect(await read(content, TOGETHER)).to.deep.equal(await read(content, ALONE));
    });
  }

  for (const year of ["\0\0\0\0", "0000", "\xFF\xFF\xFF\xFF", "1799"]) {
    it(`are not assigned to the previous year if the first one has the year ${JSON.stringify(year)}`, async () => {
      const odd = `${ID}\t${year}\tQ02\t           1\t\r\n`;
      const rest = dataFile(ROWS.slice(5, 80)).slice(HEADER.length + 2);
      for (const before of [dataFile(ROWS.slice(0, 1)), `${dataFile(ROWS.slice(0, 1))}refused\r\n`]) {
        const content = Buffer.from(`${before}${odd}${rest}`, "latin1");
        const together = await read(content, TOGETHER);
        expect(together).to.deep.equal(await read(content, ALONE));
        expect(together.refused?.at(-1)).to.include({ rule: "year" });
      }
    });
  }

  for (const id of ["", "ABC", "ABCDEF", "ABCDEFG", "ABCDEFGHIJKLMNO"]) {
    it(`give the same result as rows read one by one: ids of ${id.length + 1} characters, unpadded, LF ends`, async () => {
      const rows = ROWS.map((row) => row.replace(/^PRS3000601(\d)/, `${id}$1`));
      const content = dataFile(rows, "\n", 0);
      expect((await read(content, TOGETHER)).values).to.have.length(rows.length);
      expect(await read(content, TOGETHER)).to.deep.equal(await read(content, ALONE));
    });
  }

  it("never give a negative zero, even next to values of more than 32 bits", async () => {
    const rows = ["1995 Q01 3000000", "1995 Q02 -0.0", "1995 Q03 -0"].map((row) => `PRS30006011 ${row}`);
    const { values } = await read(dataFile([...rows, ...ROWS.slice(5)]), TOGETHER);
    expect(values?.slice(0, 3)).to.deep.equal([
      "PRS30006011 1995 Q01 3000000000",
      "PRS30006011 1995 Q02 0",
      "PRS30006011 1995 Q03 0",
    ]);
  });

  it("are read correctly at the end of a file with any number of trailing spaces", async () => {
    for (let spaces = 0; spaces < 80; spaces++) {
      const content = `${dataFile(ROWS.slice(0, 22))}${ID}\t1999\tQ03\t${" ".repeat(spaces)}\n`;
      expect(await read(content, TOGETHER)).to.deep.equal(await read(content, ALONE));
    }
  });

  it("stop looking for a line end at the length limit", async () => {
    const { error } = await read(around(`${ID}|1999|Q03|1|${"R,".repeat(40_000)}`), TOGETHER);
    expect(error).to.match(/line 24, is longer than/);
  });

  it("count lines", async () => {
    const content = around(`${ID}|1999|Q03|no number|`, ROWS.slice(0, 22), ROWS.slice(22));
    expect((await read(content, TOGETHER)).refused).to.deep.include.members([
      {
        file: "pr.data.0.Current",
        line: 24,
        rule: "value",
        reason: "has a value that is not a decimal up to 10^12 with at most 3 digits after the point",
        text: `${ID}\t1999\tQ03\tno number\t`,
      },
    ]);
  });

  it("give the same result as rows read one by one, whatever bytes change and however the chunks are cut", async () => {
    const content = Buffer.from(dataFile(ROWS));
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 200, max: 9000 }), async (changes, chunkBytes) => {
        const bytes = mutated(content, changes);
        expect(await read(bytes, chunkBytes)).to.deep.equal(await read(bytes, ALONE));
      }),
      { seed: 1884, numRuns: 1000 },
    );
  });
});
