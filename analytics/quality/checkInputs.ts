import type { SeriesCatalog } from "../bls/seriesCatalog";
import type { SeriesYears } from "../bls/seriesYears";
import type { Findings } from "../findings";
import type { Population } from "../population";
import { POPULATION_FILE } from "../provenance";
import type { Provenance } from "../report";
import { checkAbsentSeries, checkMissing, checkRefused, checkRowLoss, type QualityLimits } from "./checks";
import { checkPopulation } from "./populationChecks";

/** What an analysis keeps of its inputs, for the next one to compare with. */
export interface ComparableInputs {
  /** Name of the data file. */
  dataFile: string;
  values: SeriesYears;
  /** Null if there was none. */
  population: Population | null;
  /** Where the population comes from. */
  provenance: Provenance | null;
}

/** What an analysis read. */
export interface AnalyzedInputs extends ComparableInputs {
  /** Rows of the data file, kept or refused. */
  rows: number;
  /** Null if there was none. */
  catalog: SeriesCatalog | null;
}

/** Allows everything to be wrong. */
const NO_LIMITS: QualityLimits = { maxRowLossPercent: 100, maxRefusedPercent: 100 };

/** Checks the inputs as a whole, and against the previous analysis. */
export function checkInputs(
  { dataFile, values, population, provenance, rows, catalog }: AnalyzedInputs,
  previous: ComparableInputs | undefined,
  limits: QualityLimits = NO_LIMITS,
  findings: Findings,
): void {
  checkRefused(dataFile, rows, values, limits, findings);
  checkMissing(rows, findings);
  const before = previous?.dataFile === dataFile ? previous.values : undefined;
  checkRowLoss(dataFile, values, before, limits, findings);
  checkAbsentSeries(dataFile, values, catalog, findings);
  if (population === null) {
    findings.skip("population", "populationJump", "populationReplaced", "populationCutShort");
    return;
  }
  const populationBefore = previous?.population
    ? { population: previous.population, provenance: previous.provenance }
    : null;
  checkPopulation(POPULATION_FILE, { population, provenance }, populationBefore, limits, findings);
}
