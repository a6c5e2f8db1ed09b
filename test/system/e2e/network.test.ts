import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { type Sources, startSourceServer } from "@data-quest/local-sources/server";
import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { openSources } from "../../../commands/start/openSources";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { needCase } from "../../support/cases";
import { runScript } from "../../support/commands";
import { startProxy, type TestProxy } from "../../support/proxy";
import { type Authority, createAuthority, startTls, type TlsPort } from "../../support/tls";

const HOST = "data.invalid";

/** Unsets the network variables of the machine that runs the tests. */
const NO_NETWORK = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"]
    .concat("NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_USE_ENV_PROXY")
    .map((name) => [name, ""]),
);

describe("npm start on a company's network", function () {
  this.timeout(120_000);
  let directory: string;
  let authority: Authority;
  const openServers: { close(): Promise<unknown> }[] = [];

  before(async function () {
    directory = await mkdtemp(path.join(tmpdir(), "network-"));
    const certificates = path.join(directory, "certificates");
    await mkdir(certificates);
    authority = createAuthority(this, certificates, ["localhost", HOST]);
  });
  afterEach(async () => {
    for (const one of openServers.splice(0).reverse()) await one.close();
  });
  after(() => rm(directory, { recursive: true, force: true }));

  function opened<T extends { close(): Promise<unknown> }>(one: T): T {
    openServers.push(one);
    return one;
  }

  async function inTls(sources: Sources): Promise<TlsPort> {
    return opened(await startTls(authority, portOf(sources)));
  }

  function portOf({ blsUrl }: Sources): number {
    return Number(new URL(blsUrl).port);
  }

  /** Relative to the working folder, as users may write it. */
  function certificate(): Record<string, string> {
    return { NODE_EXTRA_CA_CERTS: path.relative(PROJECT_DIRECTORY, authority.certificate) };
  }

  async function start(upstream: string, network: Record<string, string>) {
    const args = ["--once", "--json", "--upstream", upstream];
    const ended = await runScript("start", args, { ...NO_NETWORK, ...network });
    return { ...ended, report: ended.stdout === "" ? undefined : Report.parse(JSON.parse(ended.stdout)) };
  }

  it("trusts the company's own certificate authority, in the functions and in the check", async function () {
    const files = path.join(needCase(this, "05-gzip-in-capitals"), "upstream");
    needCase(this, "07-extra-ca");
    const upstream = opened(await openSources(files));
    const { port } = await inTls(upstream);
    const { code, stderr, report } = await start(`https://localhost:${port}`, certificate());
    expect(report?.bestYears, stderr).not.to.be.empty;
    expect(stderr).to.match(/syncDataset-\w+: 2 added, 0 updated, 0 removed, 0 unchanged/);
    expect(code).to.equal(0);
  });

  it("says at once that the address cannot be used without the authority's certificate", async () => {
    const { port } = await inTls(opened(await startSourceServer(sampleFiles())));
    const { code, stdout, stderr } = await start(`https://localhost:${port}`, {});
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(
      /^The upstream 'https:\/\/localhost:\d+' cannot be used: .* does not answer \(\w+\)\./,
    );
  });

  describe("with a proxy", () => {
    async function startProxied(port: number): Promise<TestProxy> {
      return opened(await startProxy({ [HOST]: port }));
    }

    it("sends HTTPS through tunnels, but not requests to the cloud on this machine", async () => {
      const { port } = await inTls(opened(await startSourceServer(sampleFiles())));
      const proxy = await startProxied(port);
      const variables = { ...certificate(), https_proxy: proxy.address };
      const { code, stderr, report } = await start(`https://${HOST}`, variables);
      expect(report?.bestYears, stderr).to.have.length(282);
      expect(code).to.equal(0);
      expect(new Set(proxy.requests)).to.deep.equal(new Set([`CONNECT ${HOST}:443`]));
    });

    it("sends HTTP with absolute addresses, but not requests to the cloud on this machine", async () => {
      const upstream = opened(await startSourceServer(sampleFiles()));
      const proxy = await startProxied(portOf(upstream));
      const { code, stderr, report } = await start(`http://${HOST}`, { HTTP_PROXY: proxy.address });
      expect(report?.bestYears, stderr).to.have.length(282);
      expect(code).to.equal(0);
      expect(proxy.requests.filter((request) => !request.startsWith(`GET http://${HOST}/`))).to.deep.equal(
        [],
      );
      // The check requests the folder of surveys and the population; the sync requests the survey and its 12 files.
      expect(proxy.requests).to.have.length(2 + 1 + 13);
    });
  });
});
