import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * The credentials of a Lambda function, which are in its environment always: the SDK's own provider, without the other
 * ten places that it would look in (files, instance metadata, single sign-on), whose code is a fifth of a bundle.
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  return fromEnv();
}
