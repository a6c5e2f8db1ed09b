import * as pulumi from "@pulumi/pulumi";
import { surveyOf } from "../functions/shared/keys";
import { type SettingKey, type SettingValues, settingsFields } from "./settingsFields";

/** The stack's validated settings, with its project, name and region. */
export type Settings = SettingValues & { project: string; stack: string; region: string };

/**
 * Reads the stack's settings. `Pulumi.yaml` describes each key and holds its default.
 *
 * @throws SettingsError that lists every wrong key, what it should be, and where to set it.
 */
export function loadSettings(): Settings {
  return parseSettings(pulumi.getProject(), pulumi.getStack(), pulumi.runtime.allConfig());
}

/** {@link loadSettings} for the given values: `config` maps `<namespace>:<key>` to the raw text. */
export function parseSettings(project: string, stack: string, config: Record<string, string>): Settings {
  const prefix = `${project}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  const values: Partial<SettingValues> = {};
  const problems: string[] = [];
  const report = (key: string, shouldBe: string, value: string | undefined) => {
    const found = value === undefined ? "it is not set" : `it is ${JSON.stringify(value)}`;
    problems.push(`${key} should be ${shouldBe}; ${found}`);
  };

  for (const [key, field] of Object.entries(settingsFields)) {
    const parsed = field.safeParse(raw[key]);
    if (parsed.success) Object.assign(values, { [key]: parsed.data });
    else report(prefix + key, parsed.error.issues[0]?.message ?? "otherwise", raw[key]);
  }
  for (const [key, shouldBe] of contradictions(values)) report(prefix + key, shouldBe, raw[key]);
  for (const key of Object.keys(raw).filter((key) => !Object.hasOwn(settingsFields, key))) {
    problems.push(`${prefix}${key} is not a setting; Pulumi.yaml lists them all`);
  }
  // In the order of Pulumi's AWS provider.
  const region = config["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region === undefined || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    report("aws:region", "an AWS region such as us-east-1", region);
  }

  if (problems.length > 0) throw new SettingsError(stack, problems);
  return { project, stack, region: region ?? "", ...(values as SettingValues) };
}

/** Settings that are valid but contradict another one, with what each should be. `values` lacks the invalid ones. */
function contradictions(values: Partial<SettingValues>): [SettingKey, string][] {
  const { populationFrom, populationTo, surveys, dataFile } = values;
  const found: [SettingKey, string][] = [];
  if (populationFrom !== undefined && populationTo !== undefined && populationFrom > populationTo) {
    found.push(["populationFrom", `a year not after populationTo (${populationTo})`]);
  }
  if (surveys !== undefined && dataFile !== undefined && !surveys.includes(surveyOf(dataFile))) {
    found.push(["dataFile", `a file of one of the surveys (${surveys.join(", ")})`]);
  }
  return found;
}

/** One or more settings are wrong; the message lists them all. */
export class SettingsError extends pulumi.RunError {
  override name = "SettingsError";
  constructor(stack: string, problems: readonly string[]) {
    super(
      `The settings of stack '${stack}' are wrong:\n` +
        `${problems.map((problem) => `  - ${problem}`).join("\n")}\n` +
        `Set them with 'pulumi config set --stack ${stack} <key> <value>' or in Pulumi.${stack}.yaml.`,
    );
  }
}
