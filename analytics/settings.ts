import * as z from "zod";

// Each schema is used only once or twice, so compiling it would take longer than it saves.
z.config({ jitless: true });

export const year = z.int().min(1).max(9999);
export const period = z.string().regex(/^Q0[1-5]$/, "is not one of Q01 to Q05");

/** What the report is about; part of the fingerprint. */
export const ReportSettings = z.object({
  survey: z.string().min(1).describe("BLS survey abbreviation, e.g. pr."),
  dataFile: z.string().min(1).describe("The data file analysed, e.g. pr.data.0.Current."),
  populationYears: z
    .object({ from: year, to: year })
    .refine(({ from, to }) => from <= to, "starts after it ends")
    .describe("Years summarised, both included."),
  seriesId: z.string().min(1).describe("The series set beside the population."),
  period: period.describe("Its period: a quarter, or Q05 for the annual average."),
});
export type ReportSettings = z.infer<typeof ReportSettings>;
