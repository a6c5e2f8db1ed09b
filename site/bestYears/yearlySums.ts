import type { Report } from "../../analytics/report";
import { tableKey } from "../../functions/shared/keys";
import { parseCsv } from "../csv";
import { readTable } from "../objects";

/** A series' year with the value by which years are compared. */
export interface YearlySum {
  year: number;
  value: number;
  /** Quarters summed; 0 for an annual basis. */
  quarters: number;
}

/** Key of the table that the analysis writes beside the report. */
export const YEARLY_SUMS_KEY = tableKey("yearly-sums.csv");

/** The table is written within seconds of its report: how long to wait before each further look at it. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Every series' yearly sums of one report, read when the first one is asked for. */
export class YearlySums {
  readonly #fingerprint: string;
  readonly #onOtherReport: () => void;
  #bySeries: Promise<Map<string, YearlySum[]>> | undefined;

  /** @param onOtherReport called once when the table turns out to belong to another report than this one. */
  constructor({ fingerprint }: Pick<Report, "fingerprint">, onOtherReport: () => void) {
    this.#fingerprint = fingerprint;
    this.#onOtherReport = onOtherReport;
  }

  /** By year, ascending. @throws Error if the table is not there, is another report's, or does not have the series. */
  async of(seriesId: string): Promise<YearlySum[]> {
    this.#bySeries ??= this.#read();
    try {
      const found = (await this.#bySeries).get(seriesId);
      if (found === undefined) throw new Error(`${YEARLY_SUMS_KEY} does not have the series ${seriesId}.`);
      return found;
    } catch (error) {
      // Asked for again, it may be there.
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
      problem = table === undefined ? "is not there yet" : "belongs to another report than the one shown";
    }
    throw new Error(`${YEARLY_SUMS_KEY} ${problem}.`);
  }
}

function parseSums(text: string): Map<string, YearlySum[]> {
  const bySeries = new Map<string, YearlySum[]>();
  for (const { series_id = "", year, value, quarters } of parseCsv(text)) {
    // As spreadsheets need it, an id that begins like a formula has an apostrophe before it.
    const seriesId = series_id.replace(/^'(?=[=+\-@])/, "");
    const sums = bySeries.get(seriesId) ?? [];
    sums.push({ year: Number(year), value: Number(value), quarters: Number(quarters) });
    bySeries.set(seriesId, sums);
  }
  return bySeries;
}
