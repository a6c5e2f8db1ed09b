import { performance } from "node:perf_hooks";
import {
  AddPermissionCommand,
  type Architecture,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import {
  type Cloud,
  CloudError,
  type CloudEvents,
  type FunctionConfiguration,
  type Permission,
  type PolicyDocument,
} from "../cloud";
import type { FunctionState } from "../cloudState";
import { zipFiles } from "./archive";
import { type Connection, unlessMissing } from "./connection";

const NO_FUNCTION = "ResourceNotFoundException";
/** Longer than a function takes to become ready on any endpoint. */
const READY_WITHIN_SECONDS = 60;

type Invoked = CloudEvents["invoked"][0];

/** How an invocation ended; exactly one of `result` and `error` is set. */
type Ended = Invoked & { requestId: string };

/** Lambda's functions, and who may invoke them. */
export function functionMethods({ lambda }: Connection) {
  const waiter = { client: lambda, minDelay: 1, maxDelay: 2, maxWaitTime: READY_WITHIN_SECONDS };

  const methods: Pick<Cloud, "putFunction" | "deleteFunction" | "putPermission" | "getFunction"> = {
    async putFunction(configuration) {
      const { name: FunctionName, files, architectures } = configuration;
      const settings = functionSettings(configuration);
      const code = { ZipFile: zipFiles(files) };
      const Architectures = [...architectures] as Architecture[];
      const there = await unlessMissing(
        lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
        NO_FUNCTION,
      );
      if (there === undefined) {
        const { FunctionArn = "" } = await lambda.send(
          new CreateFunctionCommand({ FunctionName, Architectures, Code: code, ...settings }),
        );
        await waitUntilFunctionActiveV2(waiter, { FunctionName });
        return { arn: FunctionArn };
      }
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, Architectures, ...code }));
      await waitUntilFunctionUpdatedV2(waiter, { FunctionName });
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...settings }));
      await waitUntilFunctionUpdatedV2(waiter, { FunctionName });
      return { arn: there.FunctionArn ?? "" };
    },
    async deleteFunction(FunctionName) {
      await unlessMissing(lambda.send(new DeleteFunctionCommand({ FunctionName })), NO_FUNCTION);
    },
    async putPermission(FunctionName, StatementId, permission) {
      // A statement cannot be replaced, only removed and added again.
      await unlessMissing(
        lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })),
        NO_FUNCTION,
      );
      if (permission === null) return;
      const { principal: Principal, action: Action, sourceArn } = permission;
      const SourceArn = sourceArn !== undefined && { SourceArn: sourceArn };
      await lambda.send(
        new AddPermissionCommand({ FunctionName, StatementId, Principal, Action, ...SourceArn }),
      );
    },
    async getFunction(FunctionName) {
      const actual = await unlessMissing(
        lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
        NO_FUNCTION,
      );
      if (actual === undefined) return undefined;
      const policy = await unlessMissing(lambda.send(new GetPolicyCommand({ FunctionName })), NO_FUNCTION);
      const logGroup = actual.LoggingConfig?.LogGroup;
      const isDefault = logGroup === undefined || logGroup === defaultLogGroup(FunctionName);
      return {
        configuration: {
          name: FunctionName,
          handler: actual.Handler ?? "",
          runtime: actual.Runtime ?? "",
          architectures: actual.Architectures ?? ["x86_64"],
          roleArn: actual.Role ?? "",
          timeoutSeconds: actual.Timeout ?? 3,
          memoryMiB: actual.MemorySize ?? 128,
          environment: actual.Environment?.Variables ?? {},
          ...(!isDefault && { logGroup }),
        },
        permissions: permissionsOf(policy?.Policy),
      };
    },
  };

  return {
    ...methods,
    /** The function's resource policy; `undefined` if it is not set. */
    async policyOf(FunctionName: string): Promise<PolicyDocument | undefined> {
      const answer = await unlessMissing(lambda.send(new GetPolicyCommand({ FunctionName })), NO_FUNCTION);
      return answer?.Policy === undefined ? undefined : (JSON.parse(answer.Policy) as PolicyDocument);
    },
    /** Runs the function once, as the operator, and waits for it. @throws Lambda's error if it refuses to run it. */
    async run(name: string, payload: unknown, trigger: Invoked["trigger"]): Promise<Ended> {
      const startedAt = performance.now();
      const answer = await lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload ?? null) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString();
      const content: unknown = text === "" ? null : JSON.parse(text);
      return {
        functionName: name,
        requestId: answer.$metadata.requestId ?? "",
        durationMs: performance.now() - startedAt,
        trigger,
        payload,
        ...(answer.FunctionError === undefined ? { result: content } : { error: functionError(content) }),
      };
    },
  };
}

/** The log group that a function writes to by default. */
export function defaultLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** The error that `invoke` throws for a failed invocation. */
export function invocationFailure({ functionName, error }: Invoked): CloudError {
  const cause = Object.assign(new Error(error?.message), error);
  return new CloudError(`Function ${functionName} failed: ${error?.name}: ${error?.message}`, { cause });
}

function functionSettings(configuration: FunctionConfiguration) {
  const { name, handler, runtime, roleArn, timeoutSeconds, memoryMiB, environment, logGroup } = configuration;
  return {
    Handler: handler,
    Runtime: runtime as Runtime,
    Role: roleArn,
    Timeout: timeoutSeconds,
    MemorySize: memoryMiB,
    Environment: { Variables: environment },
    LoggingConfig: { LogGroup: logGroup ?? defaultLogGroup(name) },
  };
}

/** The error in Lambda's response to a failed invocation. */
function functionError(content: unknown): { name: string; message: string; stack?: string } {
  const { errorType, errorMessage, trace } = content as {
    errorType?: string;
    errorMessage?: string;
    trace?: string[];
  };
  return {
    name: errorType ?? "Error",
    message: errorMessage ?? "",
    ...(trace !== undefined && { stack: trace.join("\n") }),
  };
}

/** The statements that AddPermission created, by id. */
function permissionsOf(policy: string | undefined): FunctionState["permissions"] {
  if (policy === undefined) return {};
  const { Statement } = JSON.parse(policy) as { Statement: PermissionStatement[] };
  return Object.fromEntries(
    Statement.map(({ Sid, Principal, Action, Condition }): [string, Permission] => {
      const conditions = Object.values(Condition ?? {}).flatMap(Object.entries<string>);
      const sourceArn = conditions.find(([key]) => key.toLowerCase() === "aws:sourcearn")?.[1];
      const principal =
        typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS ?? "");
      return [Sid, { principal, action: Action, ...(sourceArn !== undefined && { sourceArn }) }];
    }),
  );
}

interface PermissionStatement {
  Sid: string;
  Principal: string | { Service?: string; AWS?: string };
  Action: string;
  Condition?: Record<string, Record<string, string>>;
}
