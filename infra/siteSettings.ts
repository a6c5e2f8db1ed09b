import { longestGapMinutes } from "./schedule";
import type { SettingValues } from "./settingsFields";

/** `site.json`: what the page has to know of the stack that it belongs to. */
export interface SiteSettings {
  /** EventBridge's expression. */
  schedule: string;
  /** The longest time between two checks by this schedule; null where it knows no next one. */
  longestGapMinutes: number | null;
  /** Each has a status object `reports/status/bls-<survey>.json`. */
  surveys: string[];
  /** How often an open page asks for what is new; 0 for never. */
  pollSeconds: number;
}

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
