import type { Provenance, Report, ReportInput } from "../analytics/report";
import { element } from "./dom";
import { addressOf, bytes, moment, NONE, pluralize, upstreamDate } from "./format";

/** Where numbers come from, on request: how they are computed, and each input with its version and hash. */
export function sourceNote(
  report: Report,
  how: string,
  isInput: (input: ReportInput) => boolean,
): HTMLElement {
  const inputs = report.inputs.filter(isInput);
  return element(
    "details",
    { class: "source", "data-key": "source" },
    element("summary", {}, "Where these numbers come from"),
    element("p", {}, how),
    element("ul", {}, ...inputs.map((input) => element("li", {}, ...describe(input)))),
    element(
      "p",
      {},
      `Report of ${moment(report.generatedAt)}, made by the engine ${report.engine}; fingerprint `,
      element("code", {}, report.fingerprint),
    ),
  );
}

/** The population's figures. */
export function isPopulation({ name }: ReportInput): boolean {
  return name === "nation.json";
}

/** The survey's values and the words for its codes. */
export function isSurvey(input: ReportInput): boolean {
  return !isPopulation(input);
}

/** Of the survey's files, the one with the values. */
export function isDataFile({ settings }: Report): (input: ReportInput) => boolean {
  return ({ name }) => name === settings.dataFile;
}

function describe({
  key,
  version,
  sha256,
  bytes: size,
  rows,
  upstreamDate: changed,
  fetchedAt,
  provenance,
}: ReportInput) {
  const fact = (name: string, value: string, code = false) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, code ? element("code", {}, value) : value));
  return [
    element("a", { href: addressOf(key) }, key),
    element(
      "dl",
      { class: "facts" },
      ...(provenance === null ? [] : [fact("Dataset", datasetOf(provenance))]),
      fact("Size", `${bytes(size)}, ${pluralize(rows, "row")}`),
      fact("Changed upstream", upstreamDate(changed)),
      fact("Fetched", fetchedAt === null ? NONE : moment(fetchedAt)),
      fact("Version", version ?? NONE, version !== null),
      fact("SHA-256", sha256, true),
    ),
  ];
}

/** e.g. `ACS 1-year Estimate (Census Bureau), cube acs_yg_total_population_1`. */
function datasetOf({ dataset, source, cube }: Provenance): string {
  const named = [dataset ?? NONE, source === null ? "" : ` (${source})`].join("");
  return cube === null ? named : `${named}, cube ${cube}`;
}
