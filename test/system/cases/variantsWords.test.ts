import { rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { dataFile, nation } from "../../support/analysisInputs";
import { useFolder } from "./smallFiles";

/** 2 and then 3: the best year is 2018. */
const ROWS = ["PRS30006032 2017 Q01 2", "PRS30006032 2018 Q01 3"];
const PEOPLE = nation([2017, 325_719_178], [2018, 327_167_439]);

/** One readable sentence: no replacement characters, no control characters, no second line. */
function expectOneSentence(stderr: string): void {
  expect(stderr, "mojibake").not.to.match(/\uFFFD/);
  expect(stderr, "lines").to.match(/^[^\p{Cc}]+\.\n$/u);
}

describe("variants of files that npm run analyze does not support", () => {
  const folder = useFolder();
  const data = "pr.data.0.Current";
  const KINDS: [what: string, name: string, content: string | Uint8Array, words: RegExp][] = [
    ["an .xls workbook", data, magic("d0cf11e0a1b11ae1"), /Excel|workbook|text/i],
    ["an .xz archive", data, magic("fd377a585a000004e6d6b446"), /xz|compressed/i],
    ["a .bz2 archive", data, magic("425a683931415926535997e3a1"), /bzip2|compressed/i],
    ["a .zst archive", data, magic("28b52ffd04005120b5e6"), /zstd|Zstandard|compressed/i],
    ["a zip archive named .txt", `${data}.txt`, magic("504b0304140008000800"), /zip archive/],
    ["UTF-32", data, utf32(dataFile(ROWS)), /UTF-(16|32)/],
    ["half-yearly", data, dataFile(["CUUS0000SA0 2024 S01 1.5"]), /half-yearly \(S01\)/],
    ["annual", data, dataFile(["MPU4900012 2024 A01 1.5"]), /annual \(A01\)/],
    [
      "monthly and trimmed by an editor",
      data,
      dataFile(["APU000074712 2024 M13 1.5"]).replace(/\t\r/, ""),
      /monthly \(M13\)/,
    ],
    [
      "a catalogue in UTF-16",
      "pr.series",
      Buffer.from("\uFEFFseries_id\r\n", "utf16le"),
      /pr\.series.*UTF-16/,
    ],
    // The message has the name of the user's file, not nation.json, and says nothing twice.
    ["a population in gzip", "population.json", gzipSync(PEOPLE), /population\.json.*gzip/],
    ["a population in HTML", "population.json", "<html>\n<body>502</body>\n", /^[^:]*is not JSON[^:]*\n$/],
    [
      "a population with a terminal escape sequence",
      "population.json",
      `${PEOPLE}\u001B[31mno`,
      /is not JSON/,
    ],
  ];
  for (const [what, name, content, words] of KINDS) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      folder.write({ [data]: dataFile(ROWS), [name]: content });
      if (name === `${data}.txt`) rmSync(path.join(folder.path, data));
      const { code, stdout, stderr } = await folder.run();
      expect([code, stdout]).to.deep.equal([1, ""]);
      expectOneSentence(stderr);
      expect(stderr).to.match(words);
    });
  }

  it("reads lines that end in CR alone, as it does in tables, or says in one sentence what they are", async () => {
    folder.write({ [data]: dataFile(ROWS, "\r"), "population.json": PEOPLE });
    const { code, stdout, stderr } = await folder.run("--json");
    if (code !== 0) return expectOneSentence(stderr);
    const { bestYears } = Report.parse(JSON.parse(stdout));
    expect(bestYears.map(({ year, value }) => [year, value])).to.deep.equal([[2018, 3]]);
  });
});

/** A file with its format's first bytes, followed by bytes that are not text. */
function magic(beginning: string): Buffer {
  return Buffer.concat([Buffer.from(beginning, "hex"), Buffer.from("00ff80c3a19b0a41", "hex")]);
}

function utf32(text: string): Buffer {
  const bytes = Buffer.alloc(text.length * 4);
  for (let at = 0; at < text.length; at++) bytes.writeUInt32LE(text.charCodeAt(at), at * 4);
  return bytes;
}
