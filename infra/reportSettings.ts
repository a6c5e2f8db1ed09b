import { createHash } from "node:crypto";
import type { AnalyzeVariables } from "../functions/analyze";
import type { Settings } from "./settings";

/** The analysis function's environment variables that decide what the report contains and when it is refused. */
export function reportSettings(settings: Settings): Omit<AnalyzeVariables, "DATA_BUCKET" | "STATE_BUCKET"> {
  return {
    DATA_FILE: settings.dataFile,
    POPULATION_FROM: String(settings.populationFrom),
    POPULATION_TO: String(settings.populationTo),
    SERIES_ID: settings.seriesId,
    PERIOD: settings.period,
    MAX_ROW_LOSS_PERCENT: String(settings.maxRowLossPercent),
    MAX_REFUSED_PERCENT: String(settings.maxRefusedPercent),
    POPULATION_CHANGE: settings.populationChange,
  };
}

/** Hash of {@link reportSettings}. The population fetch compares it to notice that a deployment changed them. */
export function hashReportSettings(settings: Settings): string {
  return createHash("sha256")
    .update(JSON.stringify(reportSettings(settings)))
    .digest("hex")
    .slice(0, 16);
}
