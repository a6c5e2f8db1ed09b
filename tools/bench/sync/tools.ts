import { execFile, spawn } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { measureProcess } from "../shared/measuredProcess";
import { type BenchFile, generateContent, MODIFIED, SURVEY } from "./files";
import { MissingSubject, type Subject } from "./subject";

/** Prefix of the keys that the other tools write. */
const PREFIX = `raw/bls/${SURVEY}/`;

/**
 * rclone from its `http` backend to its `s3` backend. Only these settings differ from the defaults: a `User-Agent` that BLS
 * accepts, no creation of the bucket, and the only canned ACL that a bucket without ACLs accepts (this version always
 * sends one).
 *
 * @param command program to run, e.g. `rclone`.
 * @throws MissingSubject
 */
export async function rclone(command: string, directory: string): Promise<Subject> {
  const version = await versionOf("rclone", command, ["version"], /rclone v(\S+)/, RCLONE_INSTALL);
  const configFile = path.join(directory, "rclone.conf");
  return {
    name: `rclone ${version}`,
    remark: "rclone: 'rclone sync' from its http backend to its s3 backend, all else at its defaults.",
    prefix: PREFIX,
    async sync(bucket, { blsUrl, s3 }) {
      const { endpoint, region, credentials } = s3;
      const sections = {
        upstream: { type: "http", url: `${blsUrl}${SURVEY}/` },
        s3: {
          type: "s3",
          provider: "Minio",
          access_key_id: credentials.accessKeyId,
          secret_access_key: credentials.secretAccessKey,
          region,
          endpoint,
          acl: "bucket-owner-full-control",
          no_check_bucket: "true",
        },
      };
      writeFileSync(configFile, toIni(sections), { mode: 0o600 });
      const from = ["--config", configFile, "--user-agent", "rclone (bench@example.org)"];
      const args = ["sync", ...from, "upstream:", `s3:${bucket}/${PREFIX}`];
      return measureProcess("rclone", () => spawn(command, args, { env: plainEnvironment() }));
    },
  };
}

const RCLONE_INSTALL =
  "install it from https://rclone.org/install/ (Debian, Ubuntu: apt-get install rclone), or give --rclone";

/**
 * `aws s3 sync` from a folder that already holds the files, because it cannot read from HTTP. It does only the second
 * half of the work.
 *
 * @param command program to run, e.g. `aws`.
 * @throws MissingSubject
 */
export async function awsCli(
  command: string,
  directory: string,
  files: readonly BenchFile[],
): Promise<Subject> {
  const version = await versionOf("aws s3 sync", command, ["--version"], /aws-cli\/(\S+)/, AWS_INSTALL);
  const folder = path.join(directory, "folder");
  writeFolder(folder, files);
  return {
    name: `aws s3 sync ${version}`,
    remark: "aws s3 sync: from a folder on disk, since it has no HTTP source; it downloads nothing.",
    prefix: PREFIX,
    async sync(bucket, { s3 }) {
      const { endpoint, region, credentials } = s3;
      const env = {
        ...plainEnvironment(),
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: region,
        AWS_ENDPOINT_URL: endpoint,
        // Without the user's settings.
        AWS_CONFIG_FILE: path.join(directory, "no-config"),
        AWS_SHARED_CREDENTIALS_FILE: path.join(directory, "no-credentials"),
      };
      const args = ["s3", "sync", folder, `s3://${bucket}/${PREFIX}`, "--delete", "--no-progress"];
      return measureProcess("aws s3 sync", () => spawn(command, args, { env }));
    },
  };
}

const AWS_INSTALL = "install it with 'pip install awscli' (PyPI), or give --aws";

async function versionOf(
  tool: string,
  command: string,
  args: string[],
  pattern: RegExp,
  install: string,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { env: plainEnvironment() });
    return pattern.exec(stdout)?.[1] ?? "of unknown version";
  } catch (cause) {
    throw new MissingSubject(`${tool} ('${command}' does not run here): ${install}`, { cause });
  }
}

/** The variables that programs need to start, without the user's settings for AWS, rclone or a proxy. */
function plainEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "SystemRoot", "USERPROFILE", "APPDATA", "TEMP", "TMP"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function toIni(sections: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return Object.entries(sections)
    .map(([name, values]) =>
      [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ""].join("\n"),
    )
    .join("\n");
}

function writeFolder(folder: string, files: readonly BenchFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, size } of files) {
    const file = path.join(folder, name);
    writeFileSync(file, Buffer.concat([...generateContent(size)]));
    utimesSync(file, MODIFIED, MODIFIED);
  }
}
