import type { Findings } from "../findings";
import type { Population } from "../population";
import type { Provenance } from "../report";
import type { Rule } from "../rules";
import { formatInteger, formatList, pluralize } from "../words";
import type { QualityLimits } from "./checks";

/** The population of the United States has never changed this much in a year. */
const MOST_CHANGE_PERCENT = 5;

/** A population with its provenance. */
export interface SourcedPopulation {
  population: Population;
  provenance: Provenance | null;
}

/**
 * Checks that no year's figure is far from the year before, that the population is still the one of the previous
 * analysis, and that it did not lose years. If most rows were refused, that is an error: the rest cannot be trusted.
 */
export function checkPopulation(
  file: string,
  current: SourcedPopulation,
  previous: SourcedPopulation | null,
  { populationChange = "warn" }: Pick<QualityLimits, "populationChange">,
  findings: Findings,
): void {
  const flag = (rule: Rule, reason: string, count?: number) =>
    findings.flag(rule, () => ({ file, line: null, reason }), count);
  for (const reason of findJumps(current.population)) flag("populationJump", reason);
  const { years } = current.population;
  if (years.length === 0) {
    const first = findings.refused.find((row) => row.file === file);
    const example = first ? `; the first row that was refused ${first.reason}` : "";
    flag("populationCutShort", `has no population of the United States that can be kept${example}`);
  } else if (findings.count("population") > years.length) findings.setSeverity("population", "error");
  if (previous === null) {
    findings.skip("populationReplaced");
    return;
  }
  const lost = findLostYears(current, previous);
  const missing = `has no population for ${lost.join(", ")}`;
  const figures = compareFigures(current, previous);
  const replaced = describeReplacement(current, previous, figures);
  if (replaced.length > 0) {
    const hint = populationChange === "refuse" ? "; to accept it, set populationChange to warn" : "";
    flag(
      "populationReplaced",
      `${formatList(figures.areMany && lost.length > 0 ? [...replaced, missing] : replaced)}${hint}`,
    );
    if (populationChange === "refuse") findings.setSeverity("populationReplaced", "error");
  }
  // Checked even if the name changed: only different figures prove that it is another population.
  if (!figures.areMany && years.length > 0 && lost.length > 0) {
    flag("populationCutShort", `${missing}, which the previous report had`, lost.length);
  }
}

/** The years that the previous population had and the current one lacks. */
export function findLostYears(current: SourcedPopulation, previous: SourcedPopulation): number[] {
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
 * Describes how a population replaces the previous one: it comes from another dataset or cube, or more than a third of
 * the figures for common years differ. The Census Bureau does not revise published figures, but the same address has
 * answered with the 1-year estimate on one day and the 5-year estimate on another.
 *
 * @returns clauses to put after the file's name; empty if it is the same population.
 */
function describeReplacement(
  current: SourcedPopulation,
  previous: SourcedPopulation,
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

/** Whether so many figures differ that it is another population, even if the name of its dataset is the same. */
export function hasOtherFigures(current: SourcedPopulation, previous: SourcedPopulation): boolean {
  return compareFigures(current, previous).areMany;
}

/** The figures that differ, the number of years that both have, and whether more than a third of those differ. */
function compareFigures(current: SourcedPopulation, previous: SourcedPopulation) {
  const { years, persons } = previous.population;
  const now = new Map(current.population.years.map((year, at) => [year, current.population.persons[at]]));
  const both = years.flatMap((year, at) => {
    const to = now.get(year);
    return to === undefined ? [] : [{ year, from: persons[at] ?? 0, to }];
  });
  const revised = both.filter(({ from, to }) => from !== to);
  return { revised, both: both.length, areMany: revised.length * 3 > both.length };
}
