import type { DataFrame } from "danfojs-node";
import { numbers, where } from "../frames";
import type { PopulationSummary } from "../report";
import type { ReportSettings } from "../settings";
import { statistics } from "../statistics";

/**
 * Mean and standard deviations of the population over a span of years.
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
  const missingYears = Array.from(
    { length: Math.max(0, to - from + 1) },
    (_, offset) => from + offset,
  ).filter((wanted) => !years.includes(wanted));
  return { from, to, years, missingYears, ...statistics(numbers(span, "population")) };
}
