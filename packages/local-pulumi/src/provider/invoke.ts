import type { Cloud } from "@data-quest/local-aws/cloud";
import { type Properties, ProviderError } from "./resourceType";

/**
 * Calls a provider function, from the cloud's account and region.
 *
 * @throws ProviderError for an unsupported function.
 */
export function invoke(cloud: Cloud, token: string, inputs: Properties): Properties {
  const { accountId, region } = cloud;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: accountId, accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
    case "aws:index/getRegion:getRegion":
      if (typeof inputs.region === "string" && inputs.region !== region) {
        throw new ProviderError(
          `aws.getRegion: the local cloud has the region ${region} only, not ${inputs.region}.`,
        );
      }
      return {
        id: region,
        name: region,
        region,
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
      };
    case "aws:index/getPartition:getPartition":
      return {
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      };
    default:
      throw new ProviderError(
        `The local cloud does not support the provider function ${token}: add it to packages/local-pulumi/src/provider/invoke.ts.`,
      );
  }
}
