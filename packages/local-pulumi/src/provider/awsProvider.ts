import * as z from "zod";
import { ignored } from "./inputs";
import { type Properties, ProviderError, type ResourceType, resourceType } from "./resourceType";

/** The token of an explicitly declared AWS provider. */
const AWS_PROVIDER = "pulumi:providers:aws";

/** The provider resource itself; Pulumi sends all values that are not strings as JSON. */
export const awsProviderTypes: Record<string, ResourceType> = {
  [AWS_PROVIDER]: resourceType({
    inputs: z.strictObject({
      region: z.string().optional(),
      defaultTags: z.string().optional(),
      skipCredentialsValidation: ignored("no request leaves this machine"),
      skipRegionValidation: ignored("no request leaves this machine"),
    }),
    async put({ region }, { cloud, name }) {
      if (region !== undefined && region !== cloud.region) {
        throw new ProviderError(
          `The provider '${name}' is for ${region}, but the local cloud's region is ${cloud.region}: start the cloud with ${region}.`,
        );
      }
      return { id: name };
    },
    delete: async () => {},
  }),
};

/** The tags that an AWS provider's inputs add to each of its resources. */
export function defaultTags(providerInputs: Properties): Record<string, string> {
  if (typeof providerInputs.defaultTags !== "string") return {};
  const schema = z.object({ tags: z.record(z.string(), z.string()).optional() });
  return schema.parse(JSON.parse(providerInputs.defaultTags)).tags ?? {};
}
