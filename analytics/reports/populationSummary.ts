import type { DataFrame } from "danfojs-node";
import type { PopulationSummary } from "../report";
import type { ReportSettings } from "../settings";
import { numbers, where } from "./frames";
import { standardDeviations } from "./standardDeviations";

/**
 * Mean and standard deviations of the population over a span of years, both ends included.
 *
 * @param population columns `year`, `population`; sorted by year.
 */
export function populationSummary(
  population: DataFrame,
  { from, to }: ReportSettings["populationYears"],
): PopulationSummary {
  const year = population.column("year");
  const span = where(population, year.ge(from).and(year.le(to)));
  const years = numbers(span, "year");
  const allYears = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  return {
    from,
    to,
    years,
    missingYears: allYears.filter((wanted) => !years.includes(wanted)),
    // Exact: the sum of whole numbers below 2^53. danfo throws for an empty column.
    mean: years.length === 0 ? null : span.column("population").mean(),
    ...standardDeviations(numbers(span, "population")),
  };
}
