import { expect } from "chai";
import { AnswerError, readAnswer } from "../../functions/population/answer";
import { canonicalHash } from "../../functions/population/canonical";

const ADDRESS = "https://api.example.com/population";
const ROWS = [
  { "Nation ID": "01000US", Nation: "United States", Year: 2013, Population: 316128839.0 },
  { "Nation ID": "01000US", Nation: "United States", Year: 2014, Population: 318857056.0 },
];

function read(answer: unknown) {
  return readAnswer(typeof answer === "string" ? answer : JSON.stringify(answer), ADDRESS);
}

describe("the population API's answer", () => {
  it("gives its data alone, rows and columns as they came", () => {
    const answer = { annotations: { topic: "Diversity" }, page: { total: 2 }, columns: [], data: ROWS };
    expect(read(answer)).to.deep.equal(ROWS);
  });

  it("may come in the older form", () => {
    const row = {
      "ID Nation": "01000US",
      Nation: "United States",
      "ID Year": 2013,
      Year: "2013",
      Population: 316128839,
    };
    expect(read({ data: [row], source: [{ name: "acs_yg_total_population_1" }] })).to.deep.equal([row]);
  });

  const UNUSABLE: [title: string, answer: unknown, expected: RegExp][] = [
    ["is no JSON", "<html>", /not JSON: <html>/],
    ["has no data", { error: "no such cube" }, /data: /],
    ["has no rows", { data: [] }, /no rows/],
    ["lacks a population", { data: [{ Year: 2013 }] }, /data\.0\.Population/],
    ["has a population of zero", { data: [{ Year: 2013, Population: 0 }] }, /data\.0\.Population/],
    ["has a year that is none", { data: [{ Year: "this", Population: 1 }] }, /data\.0\.Year/],
    ["was cut", { data: ROWS, page: { total: 11 } }, /2 of 11 rows/],
  ];
  for (const [title, answer, expected] of UNUSABLE) {
    it(`is refused where it ${title}`, () => {
      expect(() => read(answer)).to.throw(AnswerError, expected);
    });
  }
});

describe("the canonical form of data", () => {
  it("is the same whatever the order of rows and keys", () => {
    const shuffled = ROWS.map((row) => Object.fromEntries(Object.entries(row).reverse())).reverse();
    expect(canonicalHash(shuffled)).to.equal(canonicalHash(ROWS));
  });

  it("differs when a figure differs, a row is missing, or one is there twice", () => {
    const [first, second] = ROWS;
    const others = [[first, { ...second, Population: 318857057 }], [first], [first, second, second]];
    expect(new Set([ROWS, ...others].map(canonicalHash)).size).to.equal(4);
  });
});
