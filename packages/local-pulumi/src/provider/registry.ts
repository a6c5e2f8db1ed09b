import { awsProviderTypes } from "./awsProvider";
import { eventTypes } from "./events";
import { iamTypes } from "./iam";
import { lambdaTypes } from "./lambda";
import { logTypes } from "./logs";
import { noEffectTypes } from "./noEffectTypes";
import { ProviderError, type ResourceType } from "./resourceType";
import { s3Types } from "./s3";
import { s3ObjectTypes } from "./s3Objects";
import { sqsTypes } from "./sqs";

/** Every resource type that the local cloud supports, by Pulumi's token. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...awsProviderTypes,
  ...s3Types,
  ...s3ObjectTypes,
  ...sqsTypes,
  ...iamTypes,
  ...lambdaTypes,
  ...eventTypes,
  ...logTypes,
  ...noEffectTypes,
};

/** @throws ProviderError for an unsupported type; `name` is only for the message. */
export function findResourceType(type: string, name: string): ResourceType {
  const found = Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined;
  if (found !== undefined) return found;
  throw new ProviderError(
    `${type} '${name}': the local cloud does not support this resource type. Add it to its service's file in packages/local-pulumi/src/provider/, ` +
      "or, if it has no effect on this machine, to packages/local-pulumi/src/provider/noEffectTypes.ts with a reason.",
  );
}
