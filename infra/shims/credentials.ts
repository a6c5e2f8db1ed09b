import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * The credentials of a Lambda function, which are always in its environment. The SDK's default provider looks in ten
 * other places too (files, instance metadata, single sign-on), whose code would be a fifth of a bundle.
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  return fromEnv();
}
