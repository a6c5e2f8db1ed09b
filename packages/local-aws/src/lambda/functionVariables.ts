import { dirname } from "node:path";
import type { Credentials, FunctionConfiguration } from "../cloud";

/** What a function's process is started with. */
export interface EnvironmentSpec {
  configuration: FunctionConfiguration;
  functionArn: string;
  /** The unpacked archive. */
  codeDir: string;
  /** The environment's own directory for temporary files, like /tmp on AWS. */
  tempDir: string;
  endpoint: string;
  region: string;
  credentials: Credentials;
  logGroup: string;
  logStream: string;
  /** This machine's variables for reaching the network; default none. */
  network?: Readonly<Record<string, string>>;
  /** Called with each line that the function writes. */
  onLine(line: string): void;
}

/**
 * A function's environment variables: its own and Lambda's
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), this cloud's address in the variable that
 * AWS's SDKs read, and from this machine only the variables for reaching the network.
 */
export function environmentOf(spec: EnvironmentSpec): Record<string, string> {
  const { configuration, credentials } = spec;
  return {
    TZ: ":UTC",
    ...spec.network,
    ...configuration.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? "",
    AWS_DEFAULT_REGION: spec.region,
    AWS_ENDPOINT_URL: spec.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMiB),
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: spec.logStream,
    AWS_REGION: spec.region,
    LAMBDA_TASK_ROOT: spec.codeDir,
    PATH: dirname(process.execPath),
    _HANDLER: configuration.handler,
    // On Windows, programs need SystemRoot to start, and two other variables name the temporary directory.
    ...(process.platform === "win32"
      ? { SystemRoot: process.env.SystemRoot ?? "", TEMP: spec.tempDir, TMP: spec.tempDir }
      : { TMPDIR: spec.tempDir }),
  };
}

/** Variables that Lambda sets itself and therefore refuses in a function's configuration. */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_SECURITY_TOKEN",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);
