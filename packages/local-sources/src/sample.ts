import { plantValues } from "./plantedValues";
import { BASE_YEAR, codeTables, DURATIONS, lines, MEASURES, SECTORS, type Sector } from "./sampleCodes";
import { populationAnswer } from "./samplePopulation";
import { generator, LAST_YEAR, type Observation, observations, quarterlyIndex } from "./sampleValues";
import { POPULATION_FILE, type ServedFiles, SURVEYS, servedFile } from "./servedFolder";

/** First year of `pr.data.0.Current`; `pr.data.1.AllData` goes back to each series' first year. */
const CURRENT_FROM = 1995;

/** When BLS last changed each file; the files of one release share a date. */
const RELEASED = new Date("2026-03-24T12:30:00Z");
const CHANGED: Readonly<Record<string, Date>> = {
  "pr.class": new Date("2022-09-01T12:30:00Z"),
  "pr.contacts": new Date("2025-01-15T15:02:00Z"),
  "pr.duration": new Date("2023-09-07T12:30:00Z"),
  "pr.footnote": new Date("2001-12-10T19:07:00Z"),
  "pr.measure": new Date("2022-09-01T12:30:00Z"),
  "pr.period": new Date("1994-07-15T18:41:00Z"),
  "pr.seasonal": new Date("1998-02-03T21:16:00Z"),
  "pr.sector": new Date("2014-03-06T13:30:00Z"),
  "pr.txt": new Date("2022-11-03T12:30:00Z"),
};

/** A series of the survey with its values, by year and period. */
interface Series {
  id: string;
  sector: Sector;
  measure: string;
  duration: string;
  values: readonly Observation[];
}

/**
 * Both sources, generated: BLS's `pr` survey (Major Sector Productivity and Costs) in its full shape, 12 files with 282
 * series and about 115,000 rows, and the population of the United States.
 *
 * Codes, labels, file formats and population figures are real. The survey's values are generated, plausible,
 * and the same every time on every machine. They contain the quest's worked examples, see `plantedValues.ts`.
 */
export function sampleFiles(): ServedFiles {
  const survey = allSeries();
  const texts: Record<string, string> = {
    ...codeTables(),
    "pr.contacts": lines(CONTACTS),
    "pr.data.0.Current": dataFile(survey, CURRENT_FROM),
    "pr.data.1.AllData": dataFile(survey, 0),
    "pr.series": seriesTable(survey),
    "pr.txt": lines(DESCRIPTION),
  };
  const files: ServedFiles = new Map();
  for (const [name, text] of Object.entries(texts)) {
    files.set(`${SURVEYS}/pr/${name}`, servedFile(text, CHANGED[name] ?? RELEASED));
  }
  return files.set(POPULATION_FILE, servedFile(populationAnswer(), new Date("2025-09-11T04:00:00Z")));
}

function allSeries(): Series[] {
  return SECTORS.flatMap((sector) =>
    MEASURES.flatMap((measure) => {
      const annualOnly = sector.annual.includes(measure.code);
      if (!annualOnly && !sector.quarterly.includes(measure.code)) return [];
      const index = quarterlyIndex(sector, measure);
      return DURATIONS.map(({ code: duration }) => {
        const id = `PRS${sector.code}${sector.classCode}${measure.code}${duration}`;
        const values = plantValues(id, observations(index, duration, annualOnly));
        return { id, sector, measure: measure.code, duration, values };
      });
    }),
  ).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Rows in BLS's columns: an id of 17 characters, a value of 12, numbers aligned right. */
function dataFile(survey: readonly Series[], fromYear: number): string {
  const rows = ["series_id        \tyear\tperiod\t       value\tfootnote_codes"];
  for (const series of survey) {
    const id = series.id.padEnd(17);
    const decimals = series.duration === "3" ? 3 : 1;
    const revised = revisions(series);
    for (const { year, period, thousandths } of series.values) {
      if (year < fromYear) continue;
      const value = (thousandths / 1000).toFixed(decimals).padStart(12);
      rows.push(`${id}\t${year}\t${period}\t${value}\t${revised.has(`${year} ${period}`) ? "R" : ""}`);
    }
  }
  return lines(rows);
}

/** The periods with footnote `R`: most values in the second release of a quarter differ from the first. */
function revisions({ id, values }: Series): Set<string> {
  const random = generator(Number(id.slice(3)));
  const latest = values.slice(-3).filter(({ year }) => year === LAST_YEAR);
  return new Set(latest.filter(() => random() < 0.75).map(({ year, period }) => `${year} ${period}`));
}

function seriesTable(survey: readonly Series[]): string {
  const header =
    "series_id        \tsector_code\tclass_code\tmeasure_code\tduration_code\tseasonal\tbase_year\tfootnote_codes" +
    "\tbegin_year\tbegin_period\tend_year\tend_period";
  const rows = survey.map(({ id, sector, measure, duration, values }) => {
    const [first, last] = [values.at(0), values.at(-1)];
    const codes = [
      sector.code,
      sector.classCode,
      measure,
      duration,
      "S",
      duration === "3" ? BASE_YEAR : "-",
      "",
    ];
    return [id.padEnd(17), ...codes, first?.year, first?.period, last?.year, last?.period].join("\t");
  });
  return lines([header, ...rows]);
}

const CONTACTS = [
  "Survey: Major Sector Productivity and Costs (PR)",
  "",
  "This is a generated sample; questions about the real data go to the Bureau of Labor Statistics,",
  "Division of Major Sector Productivity: https://www.bls.gov/productivity/",
];

const DESCRIPTION = [
  "Major Sector Productivity and Costs (PR)",
  "",
  "A generated sample in the shape of the Bureau of Labor Statistics' files. Its codes and words are real, its",
  "values are not.",
  "",
  "pr.data.0.Current   all series from 1995 on",
  "pr.data.1.AllData   all series from their first year on",
  "pr.series           what each series is: sector, class, measure, duration, first and last period",
  "pr.class, pr.duration, pr.footnote, pr.measure, pr.period, pr.seasonal, pr.sector   words for the codes",
  "pr.contacts         whom to ask",
  "",
  "A series id is PR, S (seasonally adjusted), then sector (4), class (1), measure (2) and duration (1).",
  "Periods Q01 to Q04 are quarters, Q05 is the annual average. Footnote R: revised.",
];
