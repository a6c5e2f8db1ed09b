import type { Population } from "../population";
import type { Provenance } from "../report";
import { counted, list, whole } from "../words";
import type { QualityLimits } from "./checks";
import type { Findings } from "./findings";
import type { Rule } from "./rules";

/** More than the population of the nation ever changed in a year. */
const MOST_CHANGE_PERCENT = 5;

/** A population, and where its publisher says that it is from. */
export interface PopulationOf {
  population: Population;
  provenance: Provenance | null;
}

/**
 * Checks that the population has no year that is far from its neighbour, that it is not another one than before, and if it
 * is not, that it has all the years that it had. Where most rows cannot be read, the rest is not the population either.
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
    const shown = first ? `; the first row refused ${first.reason}` : "";
    flag("populationCutShort", `has no population of the United States that can be kept${shown}`);
  } else if (findings.count("population") > years.length) findings.weigh("population", "error");
  if (previous === null) {
    findings.skip("populationReplaced");
    return;
  }
  const gone = findGone(current, previous);
  const missing = `has no population for ${gone.join(", ")}`;
  const replaced = howReplaced(current, previous);
  if (replaced.length > 0) {
    flag("populationReplaced", list(gone.length > 0 ? [...replaced, missing] : replaced));
    if (populationChange === "refuse") findings.weigh("populationReplaced", "error");
  } else if (years.length > 0 && gone.length > 0) {
    flag("populationCutShort", `${missing}, which the report before had`, gone.length);
  }
}

/** Years that a population had before and has no more. */
export function findGone(current: PopulationOf, previous: PopulationOf): number[] {
  return previous.population.years.filter((year) => !current.population.years.includes(year));
}

function* findJumps({ years, persons }: Population): Generator<string> {
  for (let at = 1; at < years.length; at++) {
    const [from = 0, to = 0] = [persons[at - 1], persons[at]];
    const [before = 0, year = 0] = [years[at - 1], years[at]];
    if (Math.abs(to - from) * 100 <= from * MOST_CHANGE_PERCENT * (year - before)) continue;
    yield `has ${whole(to)} persons for ${year} and ${whole(from)} for ${before}, which is more than ${MOST_CHANGE_PERCENT} % apart a year`;
  }
}

/**
 * How a population differs from the one before so much that it is another: it comes from another dataset, or more than
 * a third of the figures that both have differ. The Census Bureau does not revise figures that it has published; the
 * same address has been seen to answer with the 1-year estimate one day and the 5-year estimate another day.
 *
 * @returns clauses to put after the file's name; none if it is the same population.
 */
export function howReplaced(current: PopulationOf, previous: PopulationOf): string[] {
  const found: string[] = [];
  for (const part of ["dataset", "cube"] as const) {
    const [from, to] = [previous.provenance?.[part], current.provenance?.[part]];
    if (from && to && from.toLowerCase() !== to.toLowerCase())
      found.push(`comes from the ${part} '${to}' instead of '${from}'`);
  }
  const { years, persons } = previous.population;
  const now = new Map(current.population.years.map((year, at) => [year, current.population.persons[at]]));
  const both = years.flatMap((year, at) => {
    const to = now.get(year);
    return to === undefined ? [] : [{ year, from: persons[at] ?? 0, to }];
  });
  const revised = both.filter(({ from, to }) => from !== to);
  const [first] = revised;
  if (first !== undefined && revised.length * 3 > both.length) {
    found.push(
      `has other figures than the report before for ${revised.length} of ${counted(both.length, "year")}, ` +
        `such as ${whole(first.to)} instead of ${whole(first.from)} for ${first.year}`,
    );
  }
  return found;
}
