import http from "node:http";
import path from "node:path";
import { CloudError } from "../cloud";

/** A process's variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names of this machine, which is never reached through a proxy. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"];

/**
 * Picks the variables from which Node learns how to reach the network: proxies and extra certificate authorities. They work
 * in any folder, because paths are made absolute, and exempt this machine itself from the proxies.
 *
 * @throws CloudError naming the variable when a proxy's address cannot be used.
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
 * Runs some work while this process's requests go through the proxies of an environment, as those of functions do.
 * Requests to this machine do not, and neither do those of clients with an agent of their own, such as the AWS SDK's.
 *
 * @throws CloudError naming the variable when a proxy's address cannot be used.
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
  // Many machines have proxy.example.com:8080, which curl accepts and Node does not.
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(address)) {
    // Not shown: it may hold a password.
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
