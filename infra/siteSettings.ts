import { longestGapMinutes } from "./schedule";
import type { SettingValues } from "./settingsFields";

/** `site.json`: what the page needs to know about its stack. */
export interface SiteSettings {
  /** EventBridge's schedule expression. */
  schedule: string;
  /** The longest time between two checks on this schedule; null if it runs at most once a year. */
  longestGapMinutes: number | null;
  /** Each survey has a status object `reports/status/bls-<survey>.json`. */
  surveys: string[];
  /** How often an open page checks for a new report, in seconds; 0 for never. */
  pollSeconds: number;
}

/** The content of `site.json` for these settings. */
export function siteSettings({
  schedule,
  surveys,
  pagePollSeconds,
}: Pick<SettingValues, "schedule" | "surveys" | "pagePollSeconds">): SiteSettings {
  return {
    schedule,
    longestGapMinutes: longestGapMinutes(schedule),
    surveys,
    pollSeconds: pagePollSeconds,
  };
}
