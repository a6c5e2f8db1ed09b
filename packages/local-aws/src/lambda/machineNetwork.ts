import http from "node:http";
import path from "node:path";
import { CloudError } from "../cloud";

/** A process's environment variables, in the form of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This machine's names, for which no proxy is used. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"];

/**
 * Picks the variables that tell Node how to reach the network: proxies and extra certificate authorities. Paths are made
 * absolute, so that they work in any folder, and this machine itself is exempted from the proxies.
 *
 * @throws CloudError naming the variable if a proxy's address cannot be used.
 */
export function networkVariables(environment: Environment): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS, NODE_USE_SYSTEM_CA } = environment;
  return {
    ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: path.resolve(NODE_EXTRA_CA_CERTS) }),
    ...(NODE_USE_SYSTEM_CA && { NODE_USE_SYSTEM_CA }),
    ...proxyVariables(environment),
  };
}

/**
 * Runs some work while this process's requests go through an environment's proxies, as those of functions do. Requests to
 * this machine and those of clients with their own HTTP agent, such as the AWS SDK's, do not.
 *
 * @throws CloudError naming the variable if a proxy's address cannot be used.
 */
export async function throughProxies<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  const restore = http.setGlobalProxyFromEnv(proxyVariables(environment));
  try {
    return await work();
  } finally {
    restore();
  }
}

function proxyVariables(environment: Environment): Record<string, string> {
  const HTTP_PROXY = findProxy(environment, "HTTP_PROXY");
  const HTTPS_PROXY = findProxy(environment, "HTTPS_PROXY");
  const NO_PROXY = find(environment, "NO_PROXY");
  if (!HTTP_PROXY && !HTTPS_PROXY) return NO_PROXY ? { NO_PROXY } : {};
  return {
    ...(HTTP_PROXY && { HTTP_PROXY }),
    ...(HTTPS_PROXY && { HTTPS_PROXY }),
    NO_PROXY: [...(NO_PROXY ? [NO_PROXY] : []), ...LOOPBACK].join(","),
    NODE_USE_ENV_PROXY: "1",
  };
}

/** A proxy's address with its scheme; undefined for a kind that Node does not support, such as SOCKS. */
function findProxy(environment: Environment, name: string): string | undefined {
  const value = find(environment, name);
  if (!value) return undefined;
  // Many machines are set up with proxy.example.com:8080, which curl accepts and Node does not.
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(address)) {
    // The value is not shown: it may contain a password.
    throw new CloudError(
      `${name} is not the address of a proxy, such as http://proxy.example.com:8080: correct or unset it.`,
    );
  }
  return /^https?:/i.test(address) ? address : undefined;
}

/** If both are set, the lower-case name wins, as in Node and curl. */
function find(environment: Environment, name: string): string | undefined {
  return environment[name.toLowerCase()] || environment[name];
}
