import { type Accepted, accepted, FOREIGN, type Malformed, type Rejected, rejected, utf16 } from "./corpus";
import { GOOD } from "./good";

type Case = [what: string, file: string, content: string | Uint8Array, expected: Accepted | Rejected];

const SERIES = GOOD["pr.series"] ?? "";
const KEYS: Readonly<Record<string, string>> = {
  "pr.series": "series_id",
  "pr.sector": "sector_code",
  "pr.period": "period",
  "pr.footnote": "footnote_code",
};

/** Codes in the good files that an emptied table no longer lists, counted by rule. */
const UNLISTED: Readonly<Record<string, Accepted["broken"]>> = {
  "pr.sector": { unknownCode: 1 },
  "pr.period": { unknownPeriod: 5 },
  "pr.footnote": { unknownFootnote: 1 },
};

const EVERY_TABLE = Object.entries(KEYS).flatMap(([file, key]): Case[] => {
  const text = GOOD[file] ?? "";
  const noColumn = rejected(`${file}, line 1, has no column "${key}"`);
  const unlisted = UNLISTED[file];
  const isSeries = file === "pr.series";
  const header = text.slice(0, text.indexOf("\n") + 1);
  return [
    ["nothing", file, "", unlisted ? accepted(unlisted) : noColumn],
    ["only blank lines", file, "\r\n \r\n", unlisted ? accepted(unlisted) : noColumn],
    [
      "only a header",
      file,
      header,
      unlisted ? accepted(unlisted) : rejected(`${file} has a header but no rows`),
    ],
    ["line ends without the white space before them", file, text.replaceAll(/[ \t\r]+$/gm, ""), accepted()],
    ["no header", file, text.slice(text.indexOf("\n") + 1), noColumn],
    ["UTF-16", file, utf16(text), rejected(`${file} is UTF-16 text`)],
    ["CR for line ends", file, text.replaceAll("\r\n", "\r"), accepted()],
    ["a byte order mark", file, `\uFEFF${text}`, accepted()],
    ["LF for line ends", file, text.replaceAll("\r\n", "\n"), accepted()],
    ["a header in capitals, padded", file, text.replace(key, ` ${key.toUpperCase()} `), accepted()],
    ["an extra column", file, text.replaceAll("\r\n", "\tx\r\n"), accepted()],
    ["its content twice", file, text + text, accepted(isSeries ? { unknownCode: 1 } : {})],
    ["a row of only TABs", file, `${text}\t\t\t\r\n`, accepted()],
    ["a row of 1 MB", file, `${text}${"x".repeat(1_000_000)}\r\n`, accepted()],
    ["a column named __proto__", file, text.replace("\r\n", "\t__proto__\r\n"), accepted()],
    [
      "a code named __proto__",
      file,
      `${text}__proto__\tconstructor\r\n`,
      accepted(isSeries ? { unknownCode: 1 } : {}),
    ],
    ...FOREIGN.map(([what, content, known]): Case => {
      return [what, file, content, known === undefined ? noColumn : rejected(`${file} ${known}`)];
    }),
  ];
});

/** Titles that a spreadsheet, a browser or a terminal would execute. */
export const HOSTILE_TITLES = [
  "=cmd()",
  "+1+1",
  "-1",
  "@SUM(A1)",
  "<script>alert(1)</script>",
  "a\rb",
  "\x1B[2J\x1B]0;title\x07",
  "\0",
  '"a","b"',
  "'; DROP TABLE series; --",
  "#{7*7}{{7*7}}%s%n",
  "\u202Egnirts",
  "x".repeat(100_000),
];

export const TABLES: readonly Malformed[] = [
  ...EVERY_TABLE,
  ...HOSTILE_TITLES.map(
    (title): Case => [
      `the title ${JSON.stringify(title.slice(0, 30))}`,
      "pr.sector",
      `sector_code\tsector_name\n3000\t${title}\n`,
      accepted(),
    ],
  ),
  [
    "a missing series",
    "pr.series",
    SERIES.replace(/PRS30006091[^\n]*\n/, ""),
    accepted({ unknownSeries: 1 }),
  ],
  ["a series cut short", "pr.series", SERIES.slice(0, SERIES.indexOf("91")), accepted({ unknownSeries: 1 })],
  ["a series without codes", "pr.series", "series_id\nPRS30006032\nPRS30006091", accepted()],
  ["a missing sector", "pr.sector", "sector_code\tsector_name\n9999\tOther\n", accepted({ unknownCode: 1 })],
  ["a sector without words", "pr.sector", "sector_code\n3000\n", accepted()],
  ["a missing period", "pr.period", "period\nQ01\nQ02\n", accepted({ unknownPeriod: 2 })],
  ["a missing footnote", "pr.footnote", "footnote_code\nP\n", accepted({ unknownFootnote: 1 })],
].map(([what, file, content, expected]) => ({ what, file, content, expected }) as Malformed);
