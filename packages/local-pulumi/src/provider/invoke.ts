import type { Cloud } from "@data-quest/local-aws/cloud";
import { type Properties, ProviderError } from "./resourceType";

/**
 * Answers a provider function from what the cloud is.
 *
 * @throws ProviderError for a function that is not known here.
 */
export function invoke(cloud: Cloud, token: string, inputs: Properties): Properties {
  const { accountId, region } = cloud;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: accountId, accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
    case "aws:index/getRegion:getRegion":
      if (typeof inputs.region === "string" && inputs.region !== region) {
        throw new ProviderError(`aws.getRegion: there is only ${region} here, not ${inputs.region}.`);
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
        `The provider function ${token} is not known to the local cloud: add it to packages/local-pulumi/src/provider/invoke.ts.`,
      );
  }
}
