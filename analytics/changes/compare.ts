import { PERIODS } from "../bls/periods";
import type { SeriesYears } from "../bls/seriesYears";
import { toDecimal } from "../decimal";
import type { Population } from "../population";
import type { Changes } from "../report";
import { findLeadingYears } from "../reports/leadingYears";
import type { Snapshot } from "./snapshot";
import { summarizeChanges } from "./summary";

/** The differences between two analyses. */
export type Comparison = Omit<Changes, "previousFingerprint" | "previousGeneratedAt">;

/** Compares two analyses of the same data file, in linear time except for sorting the series-years. */
export function compareSnapshots(previous: Snapshot, current: Snapshot): Comparison {
  const changes = {
    ...compareValues(previous.values, current.values),
    bestYearsMoved: movedYears(bestYears(previous.values), bestYears(current.values)),
    population:
      previous.population && current.population && comparePopulation(previous.population, current.population),
  };
  return { summary: summarizeChanges(changes), ...changes };
}

type ValueChanges = Pick<
  Changes,
  "rowsAdded" | "rowsRemoved" | "valuesRevised" | "seriesRevised" | "largestRevision" | "revisionsBySeries"
>;

function compareValues(previous: SeriesYears, current: SeriesYears): ValueChanges {
  const seriesBefore = new Map(previous.seriesIds.map((id, series) => [id, series]));
  const revisions = new Map<string, number>();
  let largest: Changes["largestRevision"] = null;
  let largestSize = 0;
  let common = 0;
  let valuesRevised = 0;
  // Sorted, so the choice between equally large revisions does not depend on the order of rows.
  for (const record of current.sortedRecords()) {
    const seriesId = current.seriesIds[current.seriesOf(record)] as string;
    const year = current.yearOf(record);
    const before = previous.find(seriesBefore.get(seriesId) ?? -1, year);
    if (before === -1) continue;
    const inBoth = current.presentOf(record) & previous.presentOf(before);
    for (const [slot, period] of PERIODS.entries()) {
      if (!((inBoth >> slot) & 1)) continue;
      common++;
      const [from, to] = [previous.valueOf(before, slot), current.valueOf(record, slot)];
      if (from === to) continue;
      valuesRevised++;
      revisions.set(seriesId, (revisions.get(seriesId) ?? 0) + 1);
      if (Math.abs(to - from) <= largestSize) continue;
      largestSize = Math.abs(to - from);
      largest = { seriesId, year, period, from: toDecimal(from), to: toDecimal(to) };
    }
  }
  return {
    rowsAdded: current.valueCount - common,
    rowsRemoved: previous.valueCount - common,
    valuesRevised,
    seriesRevised: revisions.size,
    largestRevision: largest,
    // The map is in order of series ids already, and sorting is stable.
    revisionsBySeries: [...revisions]
      .map(([seriesId, values]) => ({ seriesId, values }))
      .sort((a, b) => b.values - a.values),
  };
}

/** Best years by series id. */
function bestYears(values: SeriesYears): Map<string, number> {
  const { seriesId, year, tieOrder } = findLeadingYears(values);
  return new Map(
    seriesId.flatMap((id, row) => (tieOrder[row] === 0 ? [[id, year[row] as number] as const] : [])),
  );
}

function movedYears(previous: Map<string, number>, current: Map<string, number>): Changes["bestYearsMoved"] {
  return [...current].flatMap(([seriesId, to]) => {
    const from = previous.get(seriesId);
    return from === undefined || from === to ? [] : [{ seriesId, from, to }];
  });
}

/** Ignores removed years: `populationCutShort` prevents a report without them. */
function comparePopulation(previous: Population, current: Population): Changes["population"] {
  const before = new Map(previous.years.map((year, at) => [year, previous.persons[at] as number]));
  const now = current.years.map((year, at) => ({ year, to: current.persons[at] as number }));
  return {
    yearsAdded: now.filter(({ year }) => !before.has(year)).map(({ year }) => year),
    yearsRevised: now.flatMap(({ year, to }) => {
      const from = before.get(year);
      return from === undefined || from === to ? [] : [{ year, from, to }];
    }),
  };
}
