import { request } from "node:http";
import { USER_AGENT } from "./testSources";

/** fetch with a contact, as BLS requires. */
export function get(
  url: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(url, { redirect: "manual", ...init, headers: { "User-Agent": USER_AGENT, ...init.headers } });
}

/** Sends the path unchanged, `..` included, and returns the answer's bytes undecoded. */
export function rawGet(
  origin: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({
      hostname,
      port,
      path,
      agent: false,
      headers: { "User-Agent": USER_AGENT, ...headers },
    });
    sent.on("error", reject).on("response", async (response) => {
      try {
        const body = Buffer.concat(await response.toArray());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      } catch (error) {
        reject(error);
      }
    });
    sent.end();
  });
}
