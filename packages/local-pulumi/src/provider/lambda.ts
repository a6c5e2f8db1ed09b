import { isDeepStrictEqual } from "node:util";
import type { FunctionState } from "@data-quest/local-aws/cloudState";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { readArchive } from "./assets";
import { ignored, optional, tags, unlessDefault } from "./inputs";
import { ProviderError, type ResourceType, resourceType } from "./resourceType";

const functionInputs = z.strictObject({
  name: z.string(),
  // Inputs from a state have only the archive's digests.
  code: z.union([
    z.custom<pulumi.asset.Archive>(pulumi.asset.Archive.isInstance),
    z.object({ archive: z.unknown() }),
  ]),
  handler: z.string(),
  runtime: z.string(),
  role: z.string(),
  architectures: z.array(z.string()).optional(),
  timeout: z.number().optional(),
  memorySize: z.number().optional(),
  environment: z.strictObject({ variables: z.record(z.string(), z.string()).optional() }).optional(),
  loggingConfig: z
    .strictObject({
      logGroup: z.string().optional(),
      logFormat: ignored("the cloud keeps the lines that the function writes"),
      applicationLogLevel: ignored("the function's own logger decides"),
      systemLogLevel: ignored("the cloud writes no log lines itself"),
    })
    .optional(),
  description: ignored("only for readers"),
  ephemeralStorage: ignored("functions use this machine's disk"),
  tracingConfig: ignored("the local cloud has no X-Ray"),
  packageType: z.literal("Zip").optional(),
  publish: z.literal(false).optional(),
  tags,
});

/** Functions, the permissions to invoke them, and the queues that invoke them. */
export const lambdaTypes: Record<string, ResourceType> = {
  "aws:lambda/function:Function": resourceType({
    inputs: functionInputs,
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put(inputs, { cloud }) {
      const { name, code } = inputs;
      if (!pulumi.asset.Archive.isInstance(code))
        throw new ProviderError(`The function ${name} has no code.`);
      const { arn } = await cloud.putFunction({
        name,
        files: await readArchive(code),
        handler: inputs.handler,
        runtime: inputs.runtime,
        architectures: inputs.architectures ?? ["x86_64"],
        roleArn: inputs.role,
        timeoutSeconds: inputs.timeout ?? 3,
        memoryMiB: inputs.memorySize ?? 128,
        environment: inputs.environment?.variables ?? {},
        ...optional("logGroup", inputs.loggingConfig?.logGroup),
      });
      const qualifiedArn = `${arn}:$LATEST`;
      return { id: name, outputs: { arn, qualifiedArn, version: "$LATEST", invokeArn: invokeArn(arn) } };
    },
    delete: ({ id }, { cloud }) => cloud.deleteFunction(id),
    async read({ id, inputs }, { cloud }) {
      const actual = (await cloud.getFunction(id))?.configuration;
      return actual && configurationInputs(inputs, actual);
    },
  }),

  "aws:lambda/permission:Permission": resourceType({
    inputs: z.strictObject({
      statementId: z.string(),
      function: z.string(),
      action: z.string(),
      principal: z.string(),
      sourceArn: z.string().optional(),
      sourceAccount: ignored("the local cloud has one account"),
    }),
    physicalName: { property: "statementId" },
    replaceOn: ["statementId", "function", "action", "principal", "sourceArn"],
    async put({ statementId, principal, action, sourceArn, ...inputs }, { cloud }) {
      await cloud.putPermission(functionName(inputs.function), statementId, {
        principal,
        action,
        ...optional("sourceArn", sourceArn),
      });
      return { id: statementId };
    },
    delete: ({ inputs }, { cloud }) =>
      cloud.putPermission(functionName(inputs.function), inputs.statementId, null),
    async read({ inputs }, { cloud }) {
      const granted = await cloud.getFunction(functionName(inputs.function));
      const permission = granted?.permissions[inputs.statementId];
      return permission && { ...permission, sourceArn: permission.sourceArn };
    },
  }),

  "aws:lambda/eventSourceMapping:EventSourceMapping": resourceType({
    inputs: z.strictObject({
      eventSourceArn: z.string().startsWith("arn:aws:sqs:", "only a queue can be the source of events here"),
      functionName: z.string(),
      batchSize: z.number().optional(),
      maximumBatchingWindowInSeconds: z.number().optional(),
      functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).optional(),
      scalingConfig: z.strictObject({ maximumConcurrency: z.number().optional() }).optional(),
      enabled: z.literal(true).optional(),
      tags,
    }),
    replaceOn: ["eventSourceArn"],
    async put(inputs, { cloud }, previous) {
      const name = functionName(inputs.functionName);
      const { uuid } = await cloud.putEventSourceMapping({
        queueArn: inputs.eventSourceArn,
        functionName: name,
        batchSize: inputs.batchSize ?? 10,
        maximumBatchingWindowSeconds: inputs.maximumBatchingWindowInSeconds ?? 0,
        reportBatchItemFailures:
          inputs.functionResponseTypes !== undefined && inputs.functionResponseTypes.length > 0,
        ...optional("maximumConcurrency", inputs.scalingConfig?.maximumConcurrency),
      });
      // For another function the cloud creates a new mapping; AWS would change the existing one.
      if (previous !== undefined && previous.id !== uuid) await cloud.deleteEventSourceMapping(previous.id);
      const { region, accountId } = cloud;
      return {
        id: uuid,
        outputs: {
          uuid,
          arn: `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`,
          functionArn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
          state: "Enabled",
        },
      };
    },
    delete: ({ id }, { cloud }) => cloud.deleteEventSourceMapping(id),
    async read({ id, inputs }, { cloud }) {
      const actual = await cloud.getEventSourceMapping(id);
      return (
        actual && {
          batchSize: unlessDefault(inputs.batchSize, actual.batchSize, 10),
          maximumBatchingWindowInSeconds: unlessDefault(
            inputs.maximumBatchingWindowInSeconds,
            actual.maximumBatchingWindowSeconds,
            0,
          ),
        }
      );
    },
  }),
};

/** A function's configuration in Lambda as inputs; the code is not compared, as in AWS's own provider. */
function configurationInputs(
  { architectures, environment, loggingConfig, memorySize, timeout }: z.output<typeof functionInputs>,
  actual: FunctionState["configuration"],
) {
  const variables = { ...environment, variables: actual.environment };
  const logging = { ...loggingConfig, logGroup: actual.logGroup };
  const declared = architectures ?? ["x86_64"];
  return {
    handler: actual.handler,
    runtime: actual.runtime,
    role: actual.roleArn,
    timeout: unlessDefault(timeout, actual.timeoutSeconds, 3),
    memorySize: unlessDefault(memorySize, actual.memoryMiB, 128),
    architectures: isDeepStrictEqual(declared, actual.architectures)
      ? architectures
      : [...actual.architectures],
    environment: environment || Object.keys(actual.environment).length > 0 ? variables : undefined,
    loggingConfig: loggingConfig || actual.logGroup !== undefined ? logging : undefined,
  };
}

/** A function's name, from its name or its ARN: AWS accepts both. */
function functionName(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : nameOrArn;
}

function invokeArn(arn: string): string {
  const region = arn.split(":")[3];
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
