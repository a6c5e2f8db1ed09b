import { type DataFrame, merge } from "danfojs-node";
import type { Observations } from "../bls/observations";
import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import type { SeriesPopulation } from "../report";
import type { ReportSettings } from "../settings";
import { frame, records } from "./frames";

/**
 * One series' values for one period, joined with the population of the same year. Keeps every year of the series,
 * with or without a population.
 *
 * @param observations the series' values for the period.
 * @param population columns `year`, `population`.
 */
export function seriesPopulation(
  observations: Observations,
  population: DataFrame,
  catalog: SeriesCatalog,
  { seriesId, period }: Pick<ReportSettings, "seriesId" | "period">,
): SeriesPopulation {
  const { title, unit } = describeSeries(catalog, seriesId);
  const series = frame({ year: observations.year, value: observations.thousandths.map(toDecimal) });
  const joined = merge({ left: series, right: population, on: ["year"], how: "left" });
  return { seriesId, title, unit, period, rows: records<JoinedRow>(joined, ["year", "value", "population"]) };
}

type JoinedRow = SeriesPopulation["rows"][number];
