import type { DataFrame } from "danfojs-node";
import { describeSeries, type SeriesCatalog } from "../bls/seriesCatalog";
import { toDecimal } from "../decimal";
import { numbers, records } from "../frames";
import type { SeriesPopulation } from "../report";
import type { ReportSettings } from "../settings";

/**
 * One series' values for one period, beside the population of the same year: every year of the series stays, be there
 * a population or not.
 *
 * @param observations columns `year`, `thousandths`: the series' values for the period, sorted by year.
 * @param population columns `year`, `population`.
 */
export function seriesPopulation(
  observations: DataFrame,
  population: DataFrame,
  catalog: SeriesCatalog,
  { seriesId, period }: Pick<ReportSettings, "seriesId" | "period">,
): SeriesPopulation {
  const { title, unit } = describeSeries(catalog, seriesId);
  const described = { seriesId, title, unit, period };
  if (observations.shape[0] === 0) return { ...described, rows: [] };

  const persons = numbers(population, "population");
  const ofYear = new Map(numbers(population, "year").map((year, row) => [year, persons[row]]));
  // A lookup instead of danfo's left merge, which has open bugs (danfojs issues 45 and 118).
  const joined = observations.addColumn("value", observations.column("thousandths").map(toDecimal)).addColumn(
    "population",
    observations.column("year").map((year: number) => ofYear.get(year) ?? null),
  );
  return { ...described, rows: records(joined, ["year", "value", "population"]) };
}
