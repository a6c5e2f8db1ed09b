import * as z from "zod";
import { ignored, type Properties, ProviderError, type ResourceType, resourceType } from "./resourceType";

/** The token of an explicitly declared AWS provider. */
export const AWS_PROVIDER = "pulumi:providers:aws";

/** The provider resource itself; Pulumi sends everything but strings as JSON. */
export const awsProviderTypes: Record<string, ResourceType> = {
  [AWS_PROVIDER]: resourceType({
    inputs: z.strictObject({
      region: z.string().optional(),
      defaultTags: z.string().optional(),
      skipCredentialsValidation: ignored("nothing outside this machine is asked"),
      skipRegionValidation: ignored("nothing outside this machine is asked"),
    }),
    async put({ region }, { cloud, name }) {
      if (region !== undefined && region !== cloud.region) {
        throw new ProviderError(
          `The provider '${name}' is for ${region}, and the local cloud is ${cloud.region}: start it with that region.`,
        );
      }
      return { id: name };
    },
    remove: async () => {},
  }),
};

/** The tags that an AWS provider's inputs add to each of its resources. */
export function defaultTags(providerInputs: Properties): Record<string, string> {
  if (typeof providerInputs.defaultTags !== "string") return {};
  const schema = z.object({ tags: z.record(z.string(), z.string()).optional() });
  return schema.parse(JSON.parse(providerInputs.defaultTags)).tags ?? {};
}
