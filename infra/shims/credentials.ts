import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Reads a Lambda function's credentials, which are always in its environment. The SDK's default provider also looks in
 * ten other places (files, instance metadata, single sign-on); its code would be a fifth of a bundle.
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  return fromEnv();
}
