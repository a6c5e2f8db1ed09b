import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream";
import { createServer } from "node:tls";

/** A private certificate authority, like a company's, and a key with a certificate that it signed. */
export interface Authority {
  /** Path of its certificate, for `NODE_EXTRA_CA_CERTS`. */
  certificate: string;
  key: Buffer;
  cert: Buffer;
}

/** Creates an authority and a certificate for these host names; without openssl, skips the test and says why. */
export function createAuthority(
  context: Mocha.Context,
  directory: string,
  hosts: readonly string[],
): Authority {
  const file = (name: string) => path.join(directory, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  try {
    openssl("version");
  } catch {
    console.log("      skipped: openssl is not installed (it creates the certificates)");
    return context.skip();
  }
  writeFileSync(file("names"), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}\n`);
  const authority = ["-keyout", file("ca.key"), "-out", file("ca.pem")];
  openssl("req", "-x509", ...newKey, ...authority, "-days", "2", "-subj", "/CN=Tests");
  openssl("req", ...newKey, "-keyout", file("key.pem"), "-out", file("request"), "-subj", "/CN=tests");
  const signed = [
    "-CA",
    file("ca.pem"),
    "-CAkey",
    file("ca.key"),
    "-CAcreateserial",
    "-out",
    file("cert.pem"),
  ];
  openssl("x509", "-req", "-in", file("request"), ...signed, "-days", "2", "-extfile", file("names"));
  return {
    certificate: file("ca.pem"),
    key: readFileSync(file("key.pem")),
    cert: readFileSync(file("cert.pem")),
  };
}

/** A port on 127.0.0.1 that speaks TLS. */
export interface TlsPort {
  readonly port: number;
  close(): Promise<void>;
}

/** Puts TLS in front of a plain port on 127.0.0.1. */
export async function startTls({ key, cert }: Authority, plainPort: number): Promise<TlsPort> {
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (client) => {
    const target = connect(plainPort, "127.0.0.1");
    sockets.add(client).add(target);
    pipeline(client, target, client, () => {});
  });
  // Expected if a client does not trust the authority: it ends the handshake.
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
