import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";

/**
 * The stack's settings, checked. Each key is described in `Pulumi.yaml`, which holds the defaults too.
 *
 * @throws SettingsError naming every key that is wrong, what it should be, and where to set it.
 */
export function loadSettings(): Settings {
  return parseSettings(pulumi.getProject(), pulumi.getStack(), pulumi.runtime.allConfig());
}

/** {@link loadSettings} for given values: `config` maps `<project>:<key>` to the raw text. */
export function parseSettings(project: string, stack: string, config: Record<string, string>): Settings {
  const prefix = `${project}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  const values = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new SettingsError(project, stack, parsed.error.issues, values);
  return { project, stack, ...parsed.data };
}

export type Settings = z.infer<typeof schema> & { project: string; stack: string };

/** One or more settings cannot be used; the message lists them all. */
export class SettingsError extends pulumi.RunError {
  override name = "SettingsError";
  constructor(project: string, stack: string, issues: z.core.$ZodIssue[], values: Record<string, string>) {
    const lines = issues.flatMap((issue) => {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map(
          (key) => `${project}:${key} is no setting; the settings are listed in Pulumi.yaml`,
        );
      }
      const key = String(issue.path[0]);
      const value = values[key];
      const found = value === undefined ? "it is not set" : `it is ${JSON.stringify(value)}`;
      return [`${project}:${key} should be ${issue.message}; ${found}`];
    });
    super(
      `The settings of stack '${stack}' cannot be used:\n` +
        `${[...new Set(lines)].map((line) => `  - ${line}`).join("\n")}\n` +
        `Set them with 'pulumi config set --stack ${stack} <key> <value>' or in Pulumi.${stack}.yaml.`,
    );
  }
}

/** Retention periods that CloudWatch Logs offers (PutRetentionPolicy, API reference), in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const boolean = () => z.enum(["true", "false"], "true or false").transform((text) => text === "true");

function integer(from: number, to: number) {
  const message = `a whole number from ${from} to ${to}`;
  return z
    .string(message)
    .regex(/^-?\d+$/, { error: message, abort: true })
    .transform(Number)
    .refine((number) => number >= from && number <= to, { error: message, abort: true });
}

function pattern(regex: RegExp, message: string) {
  return z.string(message).regex(regex, { error: message, abort: true });
}

function address(message: string) {
  return z.string(message).refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: message,
    abort: true,
  });
}

const EMAIL = /^[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+$/;
const SURVEYS = 'a list of survey codes such as ["pr"], each two lower-case letters, none twice';

const surveys = z
  .string(SURVEYS)
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue(SURVEYS);
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(z.string(SURVEYS).regex(/^[a-z]{2}$/, { error: SURVEYS, abort: true }), SURVEYS)
      .min(1, { error: SURVEYS, abort: true }),
  )
  .refine((list) => new Set(list).size === list.length, SURVEYS);

const schema = z
  .strictObject({
    contact: pattern(EMAIL, "an e-mail address that the upstreams can reach you at"),
    surveys,
    blsUrl: address("an http(s) address that ends in /, with a folder for each survey below it").refine(
      (text) => text.endsWith("/"),
      "an http(s) address that ends in /, with a folder for each survey below it",
    ),
    populationUrl: address("the http(s) address of the population query"),
    schedule: pattern(
      /^(cron\(\S+( \S+){5}\)|rate\(\d+ \w+\))$/,
      "an EventBridge schedule such as cron(0 14 * * ? *)",
    ),
    publish: boolean(),
    audit: boolean(),
    dataFile: pattern(/^[a-z]{2}\.data\.[\w.-]+$/, "a BLS data file such as pr.data.0.Current"),
    populationFrom: integer(1790, 2200),
    populationTo: integer(1790, 2200),
    seriesId: pattern(/^[A-Z]{2}[A-Z0-9]+$/, "a BLS series id such as PRS30006032"),
    period: pattern(/^Q0[1-5]$/, "Q01, Q02, Q03, Q04 or Q05"),
    maxRowLossPercent: integer(0, 100),
    maxRefusedPercent: integer(0, 100),
    batchWindowSeconds: integer(0, 300),
    analysisTimeoutSeconds: integer(1, 900),
    maxDeletes: integer(0, 100_000),
    maxDeletePercent: integer(0, 100),
    verifyEveryDays: integer(0, 365),
    noncurrentVersionDays: integer(1, 36_500),
    logRetentionDays: integer(1, 3653).refine(
      (days) => RETENTION_DAYS.includes(days),
      `one of ${RETENTION_DAYS.join(", ")}`,
    ),
    alarmEmail: pattern(new RegExp(`^$|${EMAIL.source}`), "an e-mail address, or empty for none"),
    protectData: boolean(),
  })
  .superRefine((settings, context) => {
    if (settings.populationFrom > settings.populationTo) {
      context.addIssue({
        code: "custom",
        path: ["populationFrom"],
        message: `a year not after populationTo (${settings.populationTo})`,
      });
    }
    if (!settings.surveys.includes(settings.dataFile.slice(0, 2))) {
      context.addIssue({
        code: "custom",
        path: ["dataFile"],
        message: `a file of one of the surveys (${settings.surveys.join(", ")})`,
      });
    }
  });
