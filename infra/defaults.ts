import path from "node:path";
import { hash, readIfThere, readKept, replaceFile } from "./bundleCache";
import type { SettingKey } from "./settingsFields";

/** Cached defaults, with the hash of the `Pulumi.yaml` that they come from. */
interface Kept {
  source: string;
  defaults: Record<string, string>;
}

/**
 * Reads the defaults of some settings from `Pulumi.yaml`, as raw text, as Pulumi passes settings to the program. They
 * are cached below `dist/cache/` until the file changes: loading the YAML parser and parsing take 60 to 80 ms.
 *
 * @param project Folder that holds `Pulumi.yaml`.
 * @throws Error naming a setting without a default.
 */
export function readDefaults<Key extends SettingKey>(
  project: string,
  keys: readonly Key[],
): Record<Key, string> {
  const text = readIfThere(path.join(project, "Pulumi.yaml")) ?? "";
  const file = path.join(project, "dist", "cache", "defaults.json");
  const source = hash(text);
  const kept = readKept<Kept>(file);
  const defaults = kept?.source === source ? kept.defaults : parseDefaults(text);
  if (kept?.source !== source) replaceFile(file, JSON.stringify({ source, defaults } satisfies Kept));
  const entries = keys.map((key) => {
    const value = defaults[key];
    if (value === undefined) throw new Error(`Pulumi.yaml should have a default for the setting '${key}'.`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function parseDefaults(text: string): Record<string, string> {
  const { parse } = require("yaml") as typeof import("yaml");
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, { default?: unknown }> };
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, { default: value }]) => {
      if (value === undefined) return [];
      return [[key, typeof value === "object" ? JSON.stringify(value) : String(value)]];
    }),
  );
}
