import type { Findings } from "../findings";
import type { Population } from "../population";
import type { Provenance } from "../report";
import type { Rule } from "../rules";
import { formatInteger, formatList, pluralize } from "../words";
import type { QualityLimits } from "./checks";

/** The nation's population has never changed by this much in a year. */
const MOST_CHANGE_PERCENT = 5;

/** A population, and where its publisher says it is from. */
export interface PopulationOf {
  population: Population;
  provenance: Provenance | null;
}

/**
 * Checks that no year's population is far from that of the year before it, that the population was not replaced by
 * another one, and if not, that no years are gone. If most rows cannot be read, the rest is not the population either.
 */
export function checkPopulation(
  file: string,
  current: PopulationOf,
  previous: PopulationOf | null,
  { populationChange = "warn" }: Pick<QualityLimits, "populationChange">,
  findings: Findings,
): void {
  const flag = (rule: Rule, reason: string, count?: number) =>
    findings.flag(rule, () => ({ file, line: null, reason }), count);
  for (const reason of findJumps(current.population)) flag("populationJump", reason);
  const { years } = current.population;
  if (years.length === 0) {
    const first = findings.refused.find((row) => row.file === file);
    const shown = first ? `; the first row that was refused ${first.reason}` : "";
    flag("populationCutShort", `has no population of the United States that can be kept${shown}`);
  } else if (findings.count("population") > years.length) findings.weigh("population", "error");
  if (previous === null) {
    findings.skip("populationReplaced");
    return;
  }
  const gone = findGone(current, previous);
  const missing = `has no population for ${gone.join(", ")}`;
  const figures = compareFigures(current, previous);
  const isOther = figures.areMany;
  const replaced = howReplaced(current, previous, figures);
  if (replaced.length > 0) {
    const hint = populationChange === "refuse" ? "; to accept it, set populationChange to warn" : "";
    flag(
      "populationReplaced",
      `${formatList(isOther && gone.length > 0 ? [...replaced, missing] : replaced)}${hint}`,
    );
    if (populationChange === "refuse") findings.weigh("populationReplaced", "error");
  }
  // Under another name, too: only other figures show that it is another population.
  if (!isOther && years.length > 0 && gone.length > 0) {
    flag("populationCutShort", `${missing}, which the previous report had`, gone.length);
  }
}

/** Years that a population had before and no longer has. */
export function findGone(current: PopulationOf, previous: PopulationOf): number[] {
  return previous.population.years.filter((year) => !current.population.years.includes(year));
}

function* findJumps({ years, persons }: Population): Generator<string> {
  for (let at = 1; at < years.length; at++) {
    const [from = 0, to = 0] = [persons[at - 1], persons[at]];
    const [before = 0, year = 0] = [years[at - 1], years[at]];
    if (Math.abs(to - from) * 100 <= from * MOST_CHANGE_PERCENT * (year - before)) continue;
    yield `has ${formatInteger(to)} persons for ${year} and ${formatInteger(from)} for ${before}, a change of more than ${MOST_CHANGE_PERCENT} % a year`;
  }
}

/**
 * How a population differs from the previous one, if it replaces it: it comes from another dataset or cube, or more
 * than a third of the figures that both have differ. The Census Bureau does not revise figures that it has published;
 * the same address has been seen to answer with the 1-year estimate one day and the 5-year estimate on another.
 *
 * @returns clauses to put after the file's name; none if it is the same population.
 */
function howReplaced(
  current: PopulationOf,
  previous: PopulationOf,
  { revised, both, areMany }: ReturnType<typeof compareFigures>,
): string[] {
  const found: string[] = [];
  for (const part of ["dataset", "cube"] as const) {
    const [from, to] = [previous.provenance?.[part], current.provenance?.[part]];
    if (from && to && from.toLowerCase() !== to.toLowerCase())
      found.push(`comes from the ${part} '${to}' instead of '${from}'`);
  }
  const [first] = revised;
  if (first !== undefined && areMany) {
    found.push(
      `has different figures from the previous report for ${revised.length} of ${pluralize(both, "year")}, ` +
        `such as ${formatInteger(first.to)} instead of ${formatInteger(first.from)} for ${first.year}`,
    );
  }
  return found;
}

/** Whether so many figures differ that it is another population, whatever its dataset is called. */
export function hasOtherFigures(current: PopulationOf, previous: PopulationOf): boolean {
  return compareFigures(current, previous).areMany;
}

/** The figures that differ, of how many that both have, and whether they are more than a third of them. */
function compareFigures(current: PopulationOf, previous: PopulationOf) {
  const { years, persons } = previous.population;
  const now = new Map(current.population.years.map((year, at) => [year, current.population.persons[at]]));
  const both = years.flatMap((year, at) => {
    const to = now.get(year);
    return to === undefined ? [] : [{ year, from: persons[at] ?? 0, to }];
  });
  const revised = both.filter(({ from, to }) => from !== to);
  return { revised, both: both.length, areMany: revised.length * 3 > both.length };
}
