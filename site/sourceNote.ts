import type { Provenance, Report, ReportInput } from "../analytics/report";
import { pluralize } from "../analytics/words";
import { POPULATION_KEY } from "../functions/shared/keys";
import { element } from "./dom";
import { fact } from "./facts";
import { formatBytes, formatTime, formatUpstreamDate, NO_VALUE } from "./format";
import { objectUrl } from "./publishedObjects";

/**
 * Where numbers come from, shown on request.
 *
 * @param method how the numbers are computed.
 * @param isInput which of the report's inputs they are computed from; each is listed with its version and hash.
 */
export function sourceNote(
  report: Report,
  method: string,
  isInput: (input: ReportInput) => boolean,
): HTMLElement {
  const inputs = report.inputs.filter(isInput);
  return element(
    "details",
    { class: "source", "data-key": "source" },
    element("summary", {}, "Where these numbers come from"),
    element("p", {}, method),
    element("ul", {}, ...inputs.map((input) => element("li", {}, ...inputDetails(input)))),
    element(
      "p",
      {},
      `Report from ${formatTime(report.generatedAt)}, computed by the engine ${report.engine}; fingerprint `,
      element("code", {}, report.fingerprint),
    ),
  );
}

/** Whether an input is the population file. */
export function isPopulationInput({ key }: ReportInput): boolean {
  return key === POPULATION_KEY;
}

/** Whether an input is one of the survey's files: its data, or the titles of its codes. */
export function isSurveyInput(input: ReportInput): boolean {
  return !isPopulationInput(input);
}

/** Whether an input is the data file that the report is about. */
export function isDataFileInput({ settings }: Report): (input: ReportInput) => boolean {
  return ({ name }) => name === settings.dataFile;
}

function inputDetails({
  key,
  version,
  sha256,
  bytes,
  rows,
  upstreamDate,
  fetchedAt,
  provenance,
}: ReportInput): HTMLElement[] {
  return [
    element("a", { href: objectUrl(key) }, key),
    element(
      "dl",
      { class: "facts" },
      ...(provenance === null ? [] : [fact("Dataset", describeDataset(provenance))]),
      fact("Size", `${formatBytes(bytes)}, ${pluralize(rows, "row")}`),
      fact("Changed upstream", formatUpstreamDate(upstreamDate)),
      fact("Fetched", fetchedAt === null ? NO_VALUE : formatTime(fetchedAt)),
      fact("Version", version === null ? NO_VALUE : element("code", {}, version)),
      fact("SHA-256", element("code", {}, sha256)),
    ),
  ];
}

/** e.g. `ACS 1-year Estimate (Census Bureau), cube acs_yg_total_population_1`. */
function describeDataset({ dataset, source, cube }: Provenance): string {
  const named = [dataset ?? NO_VALUE, source === null ? "" : ` (${source})`].join("");
  return cube === null ? named : `${named}, cube ${cube}`;
}
