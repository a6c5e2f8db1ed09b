import { dataFile, HEADER } from "../../support/analysisInputs";
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
import { GOOD, GOOD_ROWS } from "./good";

const FILE = "pr.data.0.Current";
const TEXT = GOOD[FILE] ?? "";
const KIB = 1024;

type Case = [what: string, content: string | Uint8Array, expected: Accepted | Rejected, chunkBytes?: number];

/** The good rows and this one; `|` stands for TAB. */
const withRow = (row: string) => `${TEXT}${row.replaceAll("|", "\t")}\r\n`;
const withHeader = (header: string) => TEXT.replace(HEADER, header);
const HEADER_REASON = `${FILE}, line 1, should name the columns`;

const WHOLE: readonly Case[] = [
  ["nothing", "", rejected(`${FILE} is empty`)],
  ["only a byte order mark", "\uFEFF", rejected(HEADER_REASON)],
  ["only a header", `${HEADER}\r\n`, rejected(`${FILE} has a header but no rows`)],
  ["a header and blank lines", `${HEADER}\r\n\r\n   \r\n`, rejected(`${FILE} has a header but no rows`)],
  ["no header", TEXT.slice(HEADER.length + 2), rejected(HEADER_REASON)],
  [
    "columns in another order",
    withHeader(HEADER.replace("year\tperiod", "period\tyear")),
    rejected(HEADER_REASON),
  ],
  ["a missing column", withHeader(HEADER.replace("\tfootnote_codes", "")), rejected(HEADER_REASON)],
  ["an extra column", withHeader(`${HEADER}\tnotes`), rejected(HEADER_REASON)],
  ["a header in capitals", withHeader(HEADER.toUpperCase()), rejected(HEADER_REASON)],
  ["commas for TABs", TEXT.replaceAll("\t", ","), rejected(HEADER_REASON)],
  ["spaces for TABs", TEXT.replaceAll("\t", " "), rejected(HEADER_REASON)],
  ["JSON", JSON.stringify([{ series_id: "PRS30006032", year: 2018 }]), rejected(HEADER_REASON)],
  ["UTF-16", utf16(TEXT), rejected(`${FILE} is UTF-16 text`)],
  ["UTF-16, big-endian", utf16(TEXT).swap16(), rejected(`${FILE} is UTF-16 text`)],
  ["UTF-16 without a byte order mark", utf16(TEXT, ""), rejected(`${FILE} is UTF-16 text`)],
  ["CR for line ends", TEXT.replaceAll("\r\n", "\r"), rejected(`${FILE} has lines that end in CR alone`)],
  ["a byte order mark", `\uFEFF${TEXT}`, accepted()],
  ["line ends of both kinds", TEXT.replace("\r\n", "\n"), accepted()],
  ["blank lines between rows", TEXT.replaceAll("\r\n", "\r\n \r\n"), accepted()],
  ["no line end after the last row, which may be cut off", TEXT.trimEnd(), accepted({ cut: 1 })],
  [
    "no line end after the last row, whose value has as many decimals as the one before",
    `${withRow("PRS30006091|2002|Q05|103.126")}PRS30006091\t2003\tQ05\t103.127`,
    accepted(),
  ],
  ["no line end after the last row, which is whole", TEXT.slice(0, -2), accepted()],
  ["line ends without the white space before them", TEXT.replaceAll(/[ \t\r]+$/gm, ""), accepted()],
  ["CRLF without the white space before it", TEXT.replaceAll(/[ \t]+\r$/gm, "\r"), accepted()],
  ["white space after everything", TEXT.replaceAll("\r\n", " \t \t\r\n"), accepted()],
  ["rows in another order", dataFile([...GOOD_ROWS].reverse()), accepted()],
  ["its content twice", TEXT + TEXT, accepted({ year: 1, repeated: GOOD_ROWS.length })],
  ["quotes around fields", TEXT.replaceAll(/(PRS\w+)/g, '"$1"'), unfit(`${FILE} has 5 rows, and none can`)],
  [
    "no good row",
    dataFile(["S 2001 Q01 x"]),
    unfit(`${FILE} has 1 row, and none can be kept; the first, line 2,`),
  ],
  [
    "a long line, cut into chunks",
    withRow("x".repeat(300 * KIB)),
    rejected(`${FILE} has a line that is longer`),
  ],
  [
    "a long line in one chunk",
    withRow("x".repeat(300 * KIB)),
    rejected(`${FILE}, line 7, is longer`),
    KIB * KIB,
  ],
  ["a long header", `${"x".repeat(300 * KIB)}\n`, rejected(HEADER_REASON), KIB * KIB],
  ["a series id of 60 KB", withRow(`${"S".repeat(60_000)}|2001|Q01|1|`), accepted({ series: 1 }), KIB * KIB],
  ["a value of 60 KB", withRow(`S|2001|Q01|${"9".repeat(60_000)}|`), accepted({ value: 1 })],
  [
    "footnotes of 60 KB",
    withRow(`PRS30006032|2001|Q01|1|${"Z,".repeat(30_000)}`),
    accepted({ unknownFootnote: 1 }),
  ],
  [
    "a letter cut off between its bytes",
    Buffer.from(withRow("PRS30006032|2001|Q01|1|é")).subarray(0, -3),
    accepted({ unknownFootnote: 1 }),
  ],
  [
    "monthly values",
    TEXT.replaceAll(/\tQ0/g, "\tM0"),
    unfit(`${FILE} has 5 rows, and none can be kept; its values are monthly (M01), but reports`),
  ],
  ...FOREIGN.map(([what, content, known]): Case => {
    return [what, content, rejected(known === undefined ? HEADER_REASON : `${FILE} ${known}`)];
  }),
];

/** Rows to add to the good ones, by the rule that they break; `none` for good rows. */
const ROWS: readonly [rule: keyof Accepted["broken"] | "none", ...rows: string[]][] = [
  ["fields", "S|2001", "S|2001|Q01|1||R", "S|2001|||", "S", "\0\0\0", "\x1A", "<br>", "# comment"],
  ["year", "S|0|Q01|1|", "S|99999|Q01|1|", "S|1799|Q01|1|", "S|2018.0|Q01|1|", "S|-2018|Q01|1|", "S||Q01|1|"],
  [
    "period",
    "S|2001|Q00|1|",
    "S|2001|Q06|1|",
    "S|2001|M13|1|",
    "S|2001|S01|1|",
    "S|2001|q01|1|",
    "S|2001||1|",
  ],
  ["missing", "S|2001|Q01|-|", "S|2001|Q01||", "S|2001|Q01", "S|2001|Q01|-", "S|2001|Q01|       -|R"],
  [
    "value",
    "S|2001|Q01|1e308|",
    "S|2001|Q01|1,234.5|",
    "S|2001|Q01|NaN|",
    "S|2001|Q01|Infinity|",
    "S|2001|Q01|1e3|",
  ],
  [
    "value",
    "S|2001|Q01|1.2345|",
    "S|2001|Q01|+1|",
    "S|2001|Q01|0x1F|",
    "S|2001|Q01|１|",
    "S|2001|Q01|5.|",
    "S|2001|Q01|\0|",
  ],
  [
    "value",
    "S|2001|Q01|1 000|",
    "S|2001|Q01|(1)|",
    "S|2001|Q01|1.0.0|",
    'S|2001|Q01|"1"|',
    "S|2001|Q01|−1|",
    "S|2001|Q01|1000000000000.001|",
  ],
  [
    "series",
    "|2001|Q01|1|",
    "=cmd()|2001|Q01|1|",
    "<script>|2001|Q01|1|",
    "A B|2001|Q01|1|",
    "Ä|2001|Q01|1|",
    "\0|2001|Q01|1|",
  ],
  ["repeated", "PRS30006032|2018|Q01|0.5|", "PRS30006032|2018|Q01|0.500|R", "  PRS30006032|2018 | Q01| .5|"],
  ["duplicate", "PRS30006032|2018|Q01|0.6|", "PRS30006032|2018|Q01|-0.5|"],
  ["unknownFootnote", "PRS30006032|2001|Q01|1|Z", "PRS30006032|2001|Q01|1|R;R", "PRS30006032|2001|Q01|1|\0"],
  [
    "none",
    "PRS30006032|2001|Q01|-0|",
    "PRS30006032|2001|Q01|-0.000|R",
    "PRS30006032|2001|Q01|0001.5|",
    "PRS30006032|2001|Q01|-.5|R,",
    "PRS30006032|2001|Q01|1",
    "PRS30006032|2001|Q01|1||| |",
  ],
  [
    "none",
    "PRS30006032|2001|Q01|1000000000000|",
    "PRS30006032|2001|Q01|-999999999999.999|",
    " PRS30006032 |2001|Q03|  1  | R ",
  ],
];

/** Ids that a careless program mistakes for object properties, numbers or empty values. */
const IDS =
  "__proto__ constructor toString hasOwnProperty 12345 1e5 0x10 NaN Infinity null undefined true - # prs30006032".split(
    " ",
  );

export const DATA_FILES: readonly Malformed[] = [
  ...WHOLE,
  ...ROWS.flatMap(([rule, ...rows]) =>
    rows.map(
      (row): Case => [
        `the row ${JSON.stringify(row)}`,
        withRow(row),
        accepted(rule === "none" ? {} : { [rule]: 1 }),
      ],
    ),
  ),
  ...IDS.map(
    (id): Case => [`the series ${id}`, withRow(`${id}|2001|Q01|1.5|`), accepted({ unknownSeries: 1 })],
  ),
].map(([what, content, expected, chunkBytes]) => ({
  what,
  file: FILE,
  content,
  expected,
  ...(chunkBytes !== undefined && { chunkBytes }),
}));
