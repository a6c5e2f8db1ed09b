import type { Inputs } from "../inputs";
import { readTable } from "./table";

/** BLS's own lists for a survey; null if a list was not given. */
export interface CodeLists {
  series: { has(seriesId: string): boolean } | null;
  periods: ReadonlySet<string> | null;
  footnotes: ReadonlySet<string> | null;
}

/** Reads `<survey>.period` and `<survey>.footnote`, if given. */
export async function readCodeLists(inputs: Inputs, survey: string): Promise<Omit<CodeLists, "series">> {
  return {
    periods: await readCodes(inputs, `${survey}.period`, "period"),
    footnotes: await readCodes(inputs, `${survey}.footnote`, "footnote_code"),
  };
}

async function readCodes(inputs: Inputs, name: string, column: string): Promise<Set<string> | null> {
  if (!inputs.has(name)) return null;
  const { columns } = await inputs.read(name, (chunks, file) =>
    readTable(chunks, file, { required: column, mayBeEmpty: true }),
  );
  return new Set(columns.get(column));
}
