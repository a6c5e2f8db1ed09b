import { expect } from "chai";
import { AnswerError, readAnswer } from "../../../functions/population/answer";

const ADDRESS = "https://api.example.com/data?cube=acs_yg_total_population_1&drilldowns=Year";
const ROWS = [
  { "Nation ID": "01000US", Nation: "United States", Year: 2013, Population: 316128839.0 },
  { "Nation ID": "01000US", Nation: "United States", Year: 2014, Population: 318857056.0 },
];

function read(answer: unknown) {
  return readAnswer(typeof answer === "string" ? answer : JSON.stringify(answer), ADDRESS);
}

describe("the population API's answer", () => {
  it("gives its data with rows and columns unchanged, and where they come from", () => {
    const annotations = {
      topic: "Diversity",
      dataset_name: "ACS 1-year Estimate",
      source_name: "Census Bureau",
    };
    expect(read({ annotations, page: { total: 2 }, columns: [], data: ROWS })).to.deep.equal({
      data: ROWS,
      population: { years: [2013, 2014], persons: [316128839, 318857056] },
      provenance: {
        dataset: "ACS 1-year Estimate",
        source: "Census Bureau",
        cube: "acs_yg_total_population_1",
      },
    });
  });

  it("may be in the older format", () => {
    const row = {
      "ID Nation": "01000US",
      Nation: "United States",
      "ID Year": 2013,
      Year: "2013",
      Population: 316128839,
    };
    const source = [{ name: "acs_5", annotations: { dataset_name: "ACS 5-year Estimate" } }];
    expect(read({ data: [row], source })).to.deep.equal({
      data: [row],
      population: { years: [2013], persons: [316128839] },
      provenance: { dataset: "ACS 5-year Estimate", source: null, cube: "acs_5" },
    });
  });

  it("may say nothing, or nonsense, about where it comes from", () => {
    for (const around of [{}, { annotations: null }, { annotations: { dataset_name: 5 } }, { source: "x" }]) {
      expect(read({ ...around, data: ROWS }).provenance).to.deep.equal({
        dataset: null,
        source: null,
        cube: "acs_yg_total_population_1",
      });
    }
  });

  it("cleans and shortens its dataset's name for an HTTP header", () => {
    const name = `ACS\r\nX-Evil: 1\u202E é${"x".repeat(1000)}`;
    const { dataset } = read({ annotations: { dataset_name: name }, data: ROWS }).provenance;
    expect(dataset)
      .to.match(/^ACS X-Evil: 1\? \?x+$/)
      .and.to.have.length(200);
  });

  const row = ROWS[0];
  const UNUSABLE: [title: string, answer: unknown, expected: RegExp][] = [
    ["is not JSON", "<html>\n\u001B[31m", /is not JSON/],
    ["is empty", "", /is empty/],
    ["has no data", { error: "no such cube" }, /not a population answer: data/],
    ["has no rows", { data: [] }, /has no rows/],
    [
      "lacks a population",
      { data: [{ ...row, Population: undefined }] },
      /has no Population .* in data\[0\]/,
    ],
    ["has a population of zero", { data: [{ ...row, Population: 0 }] }, /has no Population/],
    ["has a Year that is not a year", { data: [{ ...row, Year: "this" }] }, /has no Year/],
    ["was cut", { data: ROWS, page: { total: 11 } }, /has 2 rows of the 11/],
    [
      "has rows without a nation",
      { data: [{ Year: 2013, Population: 316128839 }] },
      /has no Nation "United States"/,
    ],
    ["is about another nation", { data: [{ ...row, Nation: "Canada" }] }, /has no Nation "United States"/],
    [
      "is about states",
      { data: [{ State: "Texas", Year: 2013, Population: 26_505_637 }] },
      /has no Nation "United States" and no Population/,
    ],
    [
      "has one row about another nation among many",
      { data: [...ROWS, { ...row, Nation: "Puerto Rico" }] },
      /in data\[2\] \(1 of its 3 rows\)/,
    ],
    ["has two figures for a year", { data: [row, { ...row, Population: 3e8 }] }, /two populations for 2013/],
  ];
  for (const [title, answer, expected] of UNUSABLE) {
    it(`is refused if it ${title}: the message names the address and the setting`, () => {
      expect(() => read(answer))
        .to.throw(AnswerError, expected)
        .with.property("message")
        .that.matches(
          /^The answer from https:\/\/api\.example\.com.*Nothing was stored\. The setting populationUrl /,
        )
        .and.not.match(/\p{Cc}/u);
    });
  }
});
