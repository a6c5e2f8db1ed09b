import { parseCsv } from "../csv";
import { readText } from "../objects";

/** A series' year with the value by which years are compared. */
export interface YearlySum {
  year: number;
  value: number;
  /** Quarters summed; 0 for an annual basis. */
  quarters: number;
}

/** Key of the table that the analysis writes beside the report. */
export const YEARLY_SUMS_KEY = "reports/latest/yearly-sums.csv";

/** Every series' yearly sums, read when the first one is asked for. */
export class YearlySums {
  #bySeries: Promise<Map<string, YearlySum[]>> | undefined;

  /** By year, ascending. @throws Error when the table is not there, or does not have the series. */
  async of(seriesId: string): Promise<YearlySum[]> {
    this.#bySeries ??= read();
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
}

async function read(): Promise<Map<string, YearlySum[]>> {
  const text = await readText(YEARLY_SUMS_KEY);
  if (text === undefined) throw new Error(`${YEARLY_SUMS_KEY} is not there yet.`);
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
