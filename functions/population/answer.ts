import { AnalysisError } from "../../analytics/errors";
import { Findings } from "../../analytics/findings";
import { cubeInAddress, type Population, parsePopulation } from "../../analytics/population";
import {
  findLostYears,
  hasOtherFigures,
  type SourcedPopulation,
} from "../../analytics/quality/populationChecks";
import type { Provenance } from "../../analytics/report";
import { formatList } from "../../analytics/words";
import { POPULATION_KEY } from "../shared/keys";

/** The population API's answer cannot be used; the stored population stays. */
export class AnswerError extends Error {
  override name = "AnswerError";
}

/** The parts of the population API's answer that are kept. */
export interface Answer {
  /** The answer's `data`, with rows and columns unchanged. */
  data: readonly unknown[];
  population: Population;
  provenance: Provenance;
}

/**
 * Reads the population API's answer in the same way as the analysis. Keeps only `data` and what the answer says about
 * the origin of the figures.
 *
 * @throws AnswerError if it is not JSON, is cut off, has no rows, or has a row that the analysis would refuse: a wrong
 *   answer must not replace a right one.
 */
export function readAnswer(text: string, address: string): Answer {
  const findings = new Findings();
  const file = `The answer from ${address}`;
  const { data, provenance, years, persons } = parse(text, file, findings);
  const refused = findings.refused.map(({ reason }) => reason);
  const incomplete = findings.errors.flatMap(({ examples }) => examples.map(({ reason }) => reason));
  if (data.length === 0) throw unusable(`${file} has no rows`);
  if (refused.length > 0) {
    const share = `${findings.count("population")} of its ${data.length} rows`;
    throw unusable(`${file} cannot be read: it ${formatList(refused.slice(0, MAX_REASONS))} (${share})`);
  }
  if (incomplete.length > 0) throw unusable(`${file} ${formatList(incomplete)}`);
  const { dataset = null, source = null, cube = null } = provenance ?? {};
  return {
    data,
    population: { years, persons },
    provenance: { dataset, source, cube: cube ?? cubeInAddress(address) },
  };
}

/**
 * Refuses an answer that lacks years of the stored population, unless it is a different population altogether. The
 * stored one stays until someone removes it.
 *
 * @throws AnswerError naming the years.
 */
export function checkYears(answer: Answer, stored: SourcedPopulation, address: string): void {
  const gone = findLostYears(answer, stored);
  if (gone.length === 0 || hasOtherFigures(answer, stored)) return;
  throw new AnswerError(
    `The answer from ${address} has no population for ${gone.join(", ")}, which the stored one has. Nothing was stored. ` +
      `Check the setting populationUrl; if these years are gone for good, remove ${POPULATION_KEY}, and the ` +
      "next run stores the answer.",
  );
}

/** Most refused rows that a message gives reasons for. */
const MAX_REASONS = 3;

function parse(text: string, file: string, findings: Findings) {
  try {
    return parsePopulation(text, file, findings);
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    throw unusable(error.message.replace(/\.$/, ""), error);
  }
}

function unusable(what: string, cause?: unknown): AnswerError {
  return new AnswerError(
    `${what}. Nothing was stored. The setting populationUrl should query the population of the United States by year.`,
    cause === undefined ? {} : { cause },
  );
}
