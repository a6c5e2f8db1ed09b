import {
  type Accepted,
  accepted,
  FOREIGN,
  type Malformed,
  type Rejected,
  rejected,
  unfit,
  utf16,
} from "./corpus";
import { GOOD } from "./good";

const FILE = "nation.json";
const TEXT = GOOD[FILE] ?? "";
const US = "United States";
const NOTHING = `${FILE} has no population of the United States that can be kept`;

type Case = [what: string, content: string | Uint8Array, expected: Accepted | Rejected];

/** The good rows and this one, as JSON. */
const withRow = (row: string) => TEXT.replace("]}", `,${row}]}`);
const oneRefused = accepted({ population: 1 });

const DEEP = 100_000;

const WHOLE: readonly Case[] = [
  ["nothing", "", rejected(`${FILE} is empty`)],
  ["null", "null", rejected(`${FILE} is not a population answer`)],
  ["a list", "[]", rejected(`${FILE} is not a population answer`)],
  ["an error in JSON", '{"error":"too many requests"}', rejected(`${FILE} is not a population answer: data`)],
  ["data that is null", '{"data":null}', rejected(`${FILE} is not a population answer: data`)],
  ["data that is an object", '{"data":{"0":{}}}', rejected(`${FILE} is not a population answer: data`)],
  ["no data", '{"data":[]}', unfit(`${NOTHING}.`)],
  ["only another nation", TEXT.replaceAll(US, "Puerto Rico"), unfit(`${NOTHING}; the first row`)],
  ["the nation in capitals", TEXT.replaceAll(US, US.toUpperCase()), unfit(`${NOTHING}; the first row`)],
  [
    "strings for numbers",
    TEXT.replaceAll(/"Population":(\d+)/g, '"Population":"$1"'),
    unfit(`${NOTHING}; the first row`),
  ],
  ["no years", TEXT.replaceAll('"Year"', '"Jahr"'), unfit(`${NOTHING}; the first row`)],
  ["an answer cut short", TEXT.slice(0, -20), rejected(`${FILE} is not JSON`)],
  ["an answer twice", TEXT + TEXT, rejected(`${FILE} is not JSON`)],
  ["an extra comma", TEXT.replace("]}", ",]}"), rejected(`${FILE} is not JSON`)],
  ["UTF-16", utf16(TEXT), rejected(`${FILE} is UTF-16 text`)],
  ["a data file", GOOD["pr.data.0.Current"] ?? "", rejected(`${FILE} is not JSON`)],
  ["lists in lists", `{"data":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`, unfit(`${NOTHING}; the first row`)],
  ["a byte order mark", `\uFEFF${TEXT}`, accepted()],
  ["years as strings", TEXT.replaceAll(/"Year":(\d+)/g, '"Year":"$1"'), accepted()],
  ["its rows twice in data", TEXT.replace("]}", `,${TEXT.slice(TEXT.indexOf("[") + 1)}`), accepted()],
  [
    "two figures for a year",
    withRow(`{"Nation":"${US}","Year":2018,"Population":327167440}`),
    rejected(`${FILE} has two populations for 2018: 327167439 and 327167440`),
  ],
  ["a figure half as large", TEXT.replace("327167439", "163583719"), accepted({ populationJump: 1 })],
  ...FOREIGN.map(([what, content, known = "is not JSON"]): Case => {
    return [what, content, rejected(`${FILE} ${known}`)];
  }),
];

/** Year and persons of rows, as JSON text; none of the rows can be kept. */
const FIGURES: readonly [year: string, persons: string][] = [
  ["2015", "null"],
  ["2015", '"320000000"'],
  ["2015", "0"],
  ["2015", "-0"],
  ["2015", "-1"],
  ["2015", "1.5"],
  ["2015", "1e308"],
  ["2015", "1e999"],
  ["2015", "true"],
  ["2015", "[320000000]"],
  ["2015", "{}"],
  ["0", "320000000"],
  ["99999", "320000000"],
  ["2015.5", "320000000"],
  ["-2015", "320000000"],
  ["null", "320000000"],
  ['"2015 "', "320000000"],
  ['"__proto__"', "320000000"],
];

export const POPULATIONS: readonly Malformed[] = [
  ...WHOLE,
  ...FIGURES.map(
    ([year, persons]): Case => [
      `the year ${year} with ${persons}`,
      withRow(`{"Nation":"${US}","Year":${year},"Population":${persons}}`),
      oneRefused,
    ],
  ),
  ...[
    "null",
    "7",
    '{"Nation":"Canada","Year":2015,"Population":320000000}',
    '{"State":"Texas","Year":2015,"Population":320000000}',
    '"x"',
    "[]",
    "{}",
    '{"__proto__":{"Nation":"United States"}}',
  ].map((row): Case => [`the row ${row}`, withRow(row), oneRefused]),
].map(([what, content, expected]) => ({ what, file: FILE, content, expected }) as Malformed);
