import { findLeaders, type Leaders } from "./bls/leaders";
import { PERIODS, type SeriesYears } from "./bls/seriesYears";
import type { Changes } from "./report";

/** What `current` has that `previous` had not, and the other way round. */
export type ValueChanges = Omit<Changes, "previousFingerprint" | "previousGeneratedAt">;

/** Compares the values of two analyses; linear in their number. */
export function compare(previous: SeriesYears, current: SeriesYears): ValueChanges {
  const seriesBefore = new Map(previous.seriesIds.map((id, series) => [id, series]));
  const seriesRevised = new Set<number>();
  let common = 0;
  let valuesRevised = 0;
  for (let record = 0; record < current.records; record++) {
    const series = current.seriesOf(record);
    const before = previous.find(
      seriesBefore.get(current.seriesIds[series] as string) ?? -1,
      current.yearOf(record),
    );
    if (before === -1) continue;
    const inBoth = current.presentOf(record) & previous.presentOf(before);
    for (let slot = 0; slot < PERIODS.length; slot++) {
      if (!((inBoth >> slot) & 1)) continue;
      common++;
      if (current.valueOf(record, slot) === previous.valueOf(before, slot)) continue;
      valuesRevised++;
      seriesRevised.add(series);
    }
  }
  const counts = {
    rowsAdded: current.values - common,
    rowsRemoved: previous.values - common,
    valuesRevised,
    seriesRevised: seriesRevised.size,
    bestYearsMoved: movedYears(bestYears(previous), bestYears(current)),
  };
  return { summary: summarise(counts), ...counts };
}

/** Series id → best year. */
function bestYears(values: SeriesYears): Map<string, number> {
  const { seriesId, year, place }: Leaders = findLeaders(values);
  return new Map(
    seriesId.flatMap((id, row) => (place[row] === 0 ? [[id, year[row] as number] as const] : [])),
  );
}

function movedYears(previous: Map<string, number>, current: Map<string, number>): Changes["bestYearsMoved"] {
  return [...current].flatMap(([seriesId, to]) => {
    const from = previous.get(seriesId);
    return from === undefined || from === to ? [] : [{ seriesId, from, to }];
  });
}

/** e.g. `BLS revised 412 values in 38 series and added 282 rows; 3 best years moved.` */
function summarise(changes: Omit<ValueChanges, "summary">): string {
  const { rowsAdded, rowsRemoved, valuesRevised, seriesRevised, bestYearsMoved } = changes;
  const done = [
    valuesRevised > 0
      ? `revised ${counted(valuesRevised, "value")} in ${seriesRevised.toLocaleString("en-US")} series`
      : "",
    rowsAdded > 0 ? `added ${counted(rowsAdded, "row")}` : "",
    rowsRemoved > 0 ? `removed ${counted(rowsRemoved, "row")}` : "",
  ].filter((part) => part !== "");
  const what = done.length === 0 ? "changed no value" : new Intl.ListFormat("en-US").format(done);
  const moved = bestYearsMoved.length === 0 ? "no best year" : counted(bestYearsMoved.length, "best year");
  return `BLS ${what}; ${moved} moved.`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
