/**
 * The parts of the `pr` survey (Major Sector Productivity and Costs): its sectors, measures and durations, which of
 * them are combined into series, and BLS's small files with the labels for the codes.
 *
 * Codes and labels are BLS's own (a work of the US government, in the public domain).
 */

/** A sector and the series that BLS publishes for it. */
export interface Sector {
  /** Four digits, e.g. `8500`. */
  code: string;
  name: string;
  displayLevel: 0 | 1;
  sortSequence: number;
  /** Who is counted: `3` employees, `6` all workers. */
  classCode: "3" | "6";
  /** First year with data. */
  firstYear: number;
  /** The last quarter with data in the sample's last year. */
  lastQuarter: 3 | 4;
  /** Measures published for each quarter and, as `Q05`, for each year. */
  quarterly: readonly string[];
  /** Measures published for each year only. */
  annual: readonly string[];
}

/** A measure, and how its values develop in the sample. */
export interface Measure {
  /** Two digits, e.g. `09`. */
  code: string;
  text: string;
  sortSequence: number;
  /** Long-run growth, percent a year. */
  trend: number;
  /** Noise of one quarter, percent either way. */
  noise: number;
  /** How strongly it follows the business cycle: 1 like employment, negative for the opposite direction. */
  cyclical: number;
}

const MANUFACTURING = {
  classCode: "6",
  firstYear: 1987,
  lastQuarter: 4,
  quarterly: ["01", "02", "03", "06", "09", "10", "11", "15", "16", "21"],
  annual: ["08", "13", "17", "22", "23"],
} as const;

const BUSINESS = {
  classCode: "6",
  firstYear: 1947,
  lastQuarter: 4,
  quarterly: ["01", "02", "03", "04", "05", "06", "08", "09", "10", "11", "13", "14", "15", "16", "17"],
  annual: [],
} as const;

export const SECTORS: readonly Sector[] = [
  { code: "3000", name: "Manufacturing", displayLevel: 0, sortSequence: 4, ...MANUFACTURING },
  { code: "3100", name: "Manufacturing, Durable Goods", displayLevel: 1, sortSequence: 5, ...MANUFACTURING },
  {
    code: "3200",
    name: "Manufacturing, Nondurable Goods",
    displayLevel: 1,
    sortSequence: 6,
    ...MANUFACTURING,
  },
  { code: "8400", name: "Business", displayLevel: 0, sortSequence: 2, ...BUSINESS },
  { code: "8500", name: "Nonfarm Business", displayLevel: 0, sortSequence: 1, ...BUSINESS },
  {
    code: "8800",
    name: "Nonfinancial Corporations",
    displayLevel: 0,
    sortSequence: 3,
    classCode: "3",
    firstYear: 1947,
    // Corporate profits are published a quarter later than everything else.
    lastQuarter: 3,
    quarterly: [...BUSINESS.quarterly, "12", "18", "19", "20"].sort(),
    annual: [],
  },
];

export const MEASURES: readonly Measure[] = [
  measure("01", "Employment", 11, 0.4, 0.4, 1),
  measure("02", "Average weekly hours", 12, -0.1, 0.4, 0.3),
  measure("03", "Hours worked", 4, 0.3, 0.6, 1.2),
  measure("04", "Real value-added output", 2, 2.8, 0.8, 1.2),
  measure("05", "Value-added output", 15, 5.2, 0.9, 1.2),
  measure("06", "Labor compensation", 14, 4.4, 0.9, 1),
  measure("08", "Nonlabor payments", 17, 5, 2, 1.4),
  measure("09", "Labor productivity (output per hour)", 1, 2, 0.7, -0.2),
  measure("10", "Hourly compensation", 5, 4, 0.9, -0.3),
  measure("11", "Unit labor costs", 7, 2, 1, -0.1),
  measure("12", "Unit nonlabor costs", 19, 1.8, 1.2, -0.8),
  measure("13", "Unit nonlabor payments", 8, 2.2, 1.5, 0.2),
  measure("14", "Value-added output price deflator", 9, 2.1, 0.3, 0.1),
  measure("15", "Real hourly compensation", 6, 1.2, 0.9, -0.2),
  measure("16", "Output per worker", 18, 1.8, 0.8, 0.2),
  measure("17", "Labor share", 13, -0.2, 0.7, -0.2),
  measure("18", "Profits", 22, 5.5, 6, 3),
  measure("19", "Unit profits", 21, 3, 5, 2),
  measure("20", "Unit combined input costs", 20, 1.6, 0.7, -0.3),
  measure("21", "Real sectoral output", 3, 1.4, 0.8, 1.4),
  measure("22", "Sectoral output price deflator", 10, 1.9, 1.2, 0.6),
  measure("23", "Sectoral output", 16, 3.2, 1.4, 1.6),
];

/** Durations, i.e. units: `1` and `2` are changes in percent, `3` is an index. */
export const DURATIONS = [
  { code: "1", text: "% Change same quarter 1 year ago" },
  { code: "2", text: "% Change from previous quarter" },
  { code: "3", text: "Index (2017=100)" },
] as const;

/** The year in which every index averages 100. */
export const BASE_YEAR = 2017;

/** The files that only give labels for codes, by name. */
export function codeTables(): Record<string, string> {
  return {
    "pr.class": displayTable("class", [
      ["3", "Employees", 0, 2],
      ["6", "All workers", 0, 1],
    ]),
    "pr.duration": displayTable(
      "duration",
      DURATIONS.map((duration, index) => [duration.code, duration.text, 0, index + 1]),
    ),
    "pr.footnote": lines(["footnote_code\tfootnote_text", "R\trevised"]),
    "pr.measure": displayTable(
      "measure",
      MEASURES.map((measure) => [measure.code, measure.text, 0, measure.sortSequence]),
    ),
    "pr.period": lines([
      "period\tperiod_abbr\tperiod_name",
      "Q01\tQTR1\t1st Quarter",
      "Q02\tQTR2\t2nd Quarter",
      "Q03\tQTR3\t3rd Quarter",
      "Q04\tQTR4\t4th Quarter",
      "Q05\tAN AV\tAnnual Average",
    ]),
    // The capitals, the wording and the empty last line are BLS's.
    "pr.seasonal": lines([
      "Seasonal_code\tSeasonal_text",
      "S\tSeasonal Adjusted",
      "U\tNot Seasonally Adjusted",
      "",
    ]),
    "pr.sector": displayTable(
      "sector",
      SECTORS.map((sector) => [sector.code, sector.name, sector.displayLevel, sector.sortSequence]),
    ),
  };
}

/** Joins lines as BLS does: CRLF after each line, including the last. */
export function lines(text: readonly string[]): string {
  return `${text.join("\r\n")}\r\n`;
}

function measure(
  code: string,
  text: string,
  sortSequence: number,
  trend: number,
  noise: number,
  cyclical: number,
): Measure {
  return { code, text, sortSequence, trend, noise, cyclical };
}

function displayTable(of: string, rows: readonly (readonly [string, string, number, number])[]): string {
  // BLS's column is `sector_name` for sectors, and `…_text` in all other tables.
  const words = of === "sector" ? "sector_name" : `${of}_text`;
  return lines([
    `${of}_code\t${words}\tdisplay_level\tselectable\tsort_sequence`,
    ...rows.map(([code, text, displayLevel, sort]) => `${code}\t${text}\t${displayLevel}\tT\t${sort}`),
  ]);
}
