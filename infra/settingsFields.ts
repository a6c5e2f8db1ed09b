import * as z from "zod";
import { isSchedule } from "./schedule";

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

/** Printable ASCII only: the address goes into an HTTP header. */
const EMAIL = /^[!#-'*-;=?A-~]+@[!#-'*-;=?A-~]+\.[!#-'*-;=?A-~]+$/;
const SCHEDULE = "an EventBridge schedule such as cron(0 14 * * ? *)";
const SURVEYS = 'a list of survey codes such as ["pr"], each two lower-case letters, without repeats';

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

/**
 * The parser of each setting, by key: raw text in, value out. Each message completes the sentence 'it should be …'.
 * `Pulumi.yaml` holds each setting's meaning and default.
 */
export const settingsFields = {
  contact: pattern(EMAIL, "an e-mail address where the sources can reach you"),
  surveys,
  blsUrl: address("an http(s) address that ends in / and holds a folder for each survey").refine(
    (text) => text.endsWith("/"),
    "an http(s) address that ends in / and holds a folder for each survey",
  ),
  populationUrl: address("the http(s) address of the population query"),
  schedule: z.string(SCHEDULE).refine(isSchedule, SCHEDULE),
  publish: boolean(),
  pagePollSeconds: integer(0, 86_400),
  audit: boolean(),
  dataFile: pattern(/^[a-z]{2}\.data\.[\w.-]+$/, "a BLS data file such as pr.data.0.Current"),
  populationFrom: integer(1790, 2200),
  populationTo: integer(1790, 2200),
  seriesId: pattern(/^[A-Z]{2}[A-Z0-9]+$/, "a BLS series id such as PRS30006032"),
  period: pattern(/^Q0[1-5]$/, "Q01, Q02, Q03, Q04 or Q05"),
  maxRowLossPercent: integer(0, 100),
  maxRefusedPercent: integer(0, 100),
  populationChange: z.enum(["warn", "refuse"], "warn or refuse"),
  batchWindowSeconds: integer(1, 300),
  analysisTimeoutSeconds: integer(1, 900),
  maxDeletes: integer(0, 100_000),
  maxDeletePercent: integer(0, 100),
  verifyEveryDays: integer(0, 365),
  noncurrentVersionDays: integer(1, 36_500),
  logRetentionDays: integer(1, 3653).refine(
    (days) => RETENTION_DAYS.includes(days),
    `one of ${RETENTION_DAYS.join(", ")}`,
  ),
  alarmEmail: pattern(new RegExp(`^$|${EMAIL.source}`), "an e-mail address, or empty for no e-mails"),
  protectData: boolean(),
};

/** The key of a setting. */
export type SettingKey = keyof typeof settingsFields;

/** The settings' values, by key. */
export type SettingValues = { [Key in SettingKey]: z.infer<(typeof settingsFields)[Key]> };
