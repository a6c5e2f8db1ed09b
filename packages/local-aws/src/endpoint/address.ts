import { isIPv4 } from "node:net";
import { CloudError, type Credentials } from "../cloud";

/** The credentials that AWS emulators accept by default. */
const EMULATOR_CREDENTIALS: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Reads an endpoint's address. Only loopback addresses are accepted: what runs there is disposable, whereas AWS itself is
 * deployed to with `pulumi up`, which asks first.
 *
 * @returns the address without a path.
 * @throws CloudError if the text is not an address, or is another machine's.
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
 * The credentials from the variables that every AWS tool reads; if unset, the emulators' default ones. Profiles and
 * instance roles are not read: a real account's keys do not belong here.
 *
 * @throws CloudError if only one of the two keys is set.
 */
export function environmentCredentials(environment: NodeJS.ProcessEnv = process.env): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId && !secretAccessKey) return { ...EMULATOR_CREDENTIALS }; // A copy: the SDK writes to the object.
  if (!accessKeyId || !secretAccessKey)
    throw new CloudError("Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.");
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
