import { isIPv4 } from "node:net";
import { CloudError, type Credentials } from "../cloud";

/** What the emulators of AWS take when nothing else is said. */
const EMULATOR_CREDENTIALS: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Reads an endpoint's address. Only this machine's own are taken: what runs there is thrown away again, and AWS itself
 * is for `pulumi up`, which asks first.
 *
 * @returns the address without a path.
 * @throws CloudError for text that is not an address, and for another machine's address.
 */
export function loopbackEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.pathname !== "/" || url.search)
    throw new CloudError(`'${text}' is not an endpoint: give an address such as http://127.0.0.1:4566.`);
  const { hostname } = url;
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
  if (!isLoopback) {
    throw new CloudError(
      `${hostname} is not this machine: an endpoint has to be a loopback address. To deploy to AWS, use pulumi up.`,
    );
  }
  return url.origin;
}

/**
 * The credentials that the environment holds, by the names that every AWS tool reads; without them those of emulators.
 * Profiles and instance roles are not read: keys of a real account do not belong here.
 *
 * @throws CloudError when there is only half of them.
 */
export function environmentCredentials(environment: NodeJS.ProcessEnv = process.env): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId && !secretAccessKey) return { ...EMULATOR_CREDENTIALS }; // The SDK writes into the object that it is given.
  if (!accessKeyId || !secretAccessKey)
    throw new CloudError("Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.");
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
