import type { Report } from "../../analytics/report";
import { tableKey } from "../../functions/shared/keys";
import { parseCsv } from "../csv";
import { readTable } from "../publishedObjects";

/** A year of a series, with the value that ranks it among the series' years. */
export interface YearlySum {
  year: number;
  value: number;
  /** Number of quarters summed; 0 for an annual basis. */
  quarters: number;
}

/** The key of the table; the analysis writes it right after the report. */
const YEARLY_SUMS_KEY = tableKey("yearly-sums.csv");

/** Waits before each retry. The table follows its report within seconds. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** The yearly sums of all series of one report, read on the first request. */
export class YearlySums {
  readonly #fingerprint: string;
  readonly #onOtherReport: () => void;
  #bySeries: Promise<Map<string, YearlySum[]>> | undefined;

  /** @param onOtherReport called once if the stored table belongs to another report. */
  constructor({ fingerprint }: Pick<Report, "fingerprint">, onOtherReport: () => void) {
    this.#fingerprint = fingerprint;
    this.#onOtherReport = onOtherReport;
  }

  /**
   * A series' yearly sums, by year, ascending.
   *
   * @throws Error if the table is missing, belongs to another report, or does not have the series.
   */
  async ofSeries(seriesId: string): Promise<YearlySum[]> {
    this.#bySeries ??= this.#read();
    try {
      const found = (await this.#bySeries).get(seriesId);
      if (found === undefined) throw new Error(`${YEARLY_SUMS_KEY} does not have the series ${seriesId}.`);
      return found;
    } catch (error) {
      // The next request reads the table again, which may be complete by then.
      this.#bySeries = undefined;
      throw error;
    }
  }

  async #read(): Promise<Map<string, YearlySum[]>> {
    let problem = "";
    for (const wait of [0, ...WAITS_MS]) {
      if (wait > 0) await new Promise((resume) => setTimeout(resume, wait));
      const table = await readTable(YEARLY_SUMS_KEY);
      const fingerprint = table?.fingerprint ?? this.#fingerprint;
      if (table !== undefined && fingerprint === this.#fingerprint) return parseSums(table.text);
      if (table !== undefined && problem === "") this.#onOtherReport();
      problem = table === undefined ? "does not exist yet" : "belongs to another report";
    }
    throw new Error(`${YEARLY_SUMS_KEY} ${problem}.`);
  }
}

function parseSums(text: string): Map<string, YearlySum[]> {
  const bySeries = new Map<string, YearlySum[]>();
  for (const { series_id = "", year, value, quarters } of parseCsv(text)) {
    // Because of spreadsheets, the CSV has an apostrophe before an id that begins like a formula.
    const seriesId = series_id.replace(/^'(?=[=+\-@])/, "");
    const sums = bySeries.get(seriesId) ?? [];
    sums.push({ year: Number(year), value: Number(value), quarters: Number(quarters) });
    bySeries.set(seriesId, sums);
  }
  return bySeries;
}
