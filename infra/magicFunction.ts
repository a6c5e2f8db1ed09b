import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dependencies } from "../package.json";
import { bundle } from "./bundle";
import type { Settings } from "./settings";

/** What a function may do: IAM actions without wildcards, on resources by ARN. */
interface Grant {
  actions: string[];
  resources: pulumi.Input<string>[];
}

export interface MagicFunctionArgs {
  description: string;
  settings: Settings;
  timeoutSeconds: number;
  memoryMiB: number;
  /** Space under /tmp for streamed files; from 512 (Lambda's default) to 10240. */
  ephemeralStorageMiB?: number;
  environment: Record<string, pulumi.Input<string>>;
  grants: Grant[];
}

/**
 * A Lambda function declared inline, with everything that belongs to it: bundle, role, log group.
 *
 * The function `<name>` is the export `handler` of `functions/<name>.ts`. Its archive holds two files: Pulumi's
 * serialized factory, and the bundle that the factory requires. The code that runs is therefore an ordinary bundle, and
 * the closure captures only the bundle's path.
 */
export class MagicFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.CallbackFunction<unknown, unknown>;
  readonly role: aws.iam.Role;

  constructor(name: string, args: MagicFunctionArgs, options: pulumi.ComponentResourceOptions) {
    super("data-quest:infra:MagicFunction", name, {}, options);
    const child = { parent: this };
    const logs = new aws.cloudwatch.LogGroup(
      name,
      { retentionInDays: args.settings.logRetentionDays },
      child,
    );
    this.role = new aws.iam.Role(
      name,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) },
      child,
    );
    const writeLogs: Grant = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logs.arn}:*`],
    };
    const policy = new aws.iam.RolePolicy(
      name,
      { role: this.role.name, policy: policyDocument([writeLogs, ...args.grants]) },
      child,
    );
    const bundled = buildBundle(name);
    this.function = new aws.lambda.CallbackFunction(
      name,
      {
        description: args.description,
        callbackFactory: () => require(bundled).handler,
        codePathOptions: {
          extraIncludePaths: [bundled],
          extraExcludePackages: Object.keys(dependencies),
        },
        role: this.role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMiB,
        ephemeralStorage: { size: args.ephemeralStorageMiB ?? 512 },
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      },
      // An invocation before the permissions exist would fail.
      { ...child, dependsOn: policy },
    );
    this.registerOutputs({ arn: this.function.arn });
  }
}

/** Builds `functions/<name>.ts` and returns the bundle's path as both the archive and the factory use it. */
function buildBundle(name: string): string {
  bundle(path.join("functions", `${name}.ts`), path.join("dist", `${name}.js`));
  return `./dist/${name}.js`;
}

/** The grants as an IAM policy document, in JSON. */
function policyDocument(grants: Grant[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: grants.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
    })),
  });
}
