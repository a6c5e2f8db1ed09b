import path from "node:path";
import { hash, readIfThere, readKept, replaceFile } from "./bundleCache";
import type { SettingKey } from "./settingsFields";

/** Defaults as they are kept, with the hash of the `Pulumi.yaml` that they are from. */
interface Kept {
  source: string;
  defaults: Record<string, string>;
}

/**
 * The defaults of some settings, from `Pulumi.yaml`, in the text form that the program gets them in. They are kept below
 * `dist/cache/` while the file is the same: parsing YAML takes a third of the time that a short command may take.
 *
 * @param project Folder that holds `Pulumi.yaml`.
 * @throws Error naming the setting that has no default.
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
