import http from "node:http";
import https from "node:https";
import path from "node:path";
import { CloudError } from "@data-quest/local-aws/cloud";
import { networkVariables, throughProxies } from "@data-quest/local-aws/lambda/machineNetwork";
import { expect } from "chai";
import { httpGet } from "../../../functions/shared/httpGet";
import { startProxy, type TestProxy } from "../../support/proxy";
import { startTestSources, type TestSources } from "../../support/testSources";

const LOOPBACK = "localhost,127.0.0.1,::1,[::1]";

describe("the network variables of a machine", () => {
  it("are empty without a proxy or a certificate authority", () => {
    expect(
      networkVariables({ HOME: "/home/me", AWS_SECRET_ACCESS_KEY: "secret", PATH: "/bin" }),
    ).to.deep.equal({});
  });

  it("include its certificate authorities, with an absolute path", () => {
    expect(
      networkVariables({
        NODE_EXTRA_CA_CERTS: "certs/ca.pem",
        NODE_USE_SYSTEM_CA: "1",
        NODE_OPTIONS: "--inspect",
      }),
    ).to.deep.equal({ NODE_EXTRA_CA_CERTS: path.resolve("certs/ca.pem"), NODE_USE_SYSTEM_CA: "1" });
  });

  it("include its proxies, and exempt the machine itself", () => {
    expect(
      networkVariables({ HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:2", NO_PROXY: "intranet,.local" }),
    ).to.deep.equal({
      HTTP_PROXY: "http://a:1",
      HTTPS_PROXY: "http://b:2",
      NO_PROXY: `intranet,.local,${LOOPBACK}`,
      NODE_USE_ENV_PROXY: "1",
    });
  });

  it("can be in lower case, which takes precedence", () => {
    expect(
      networkVariables({ https_proxy: "http://b:2", HTTPS_PROXY: "http://c:3", no_proxy: "x" }),
    ).to.deep.equal({
      HTTPS_PROXY: "http://b:2",
      NO_PROXY: `x,${LOOPBACK}`,
      NODE_USE_ENV_PROXY: "1",
    });
  });

  it("accept a proxy without http://, as curl does, and ignore empty values", () => {
    expect(
      networkVariables({ HTTP_PROXY: "proxy.example.com:8080", HTTPS_PROXY: "", NODE_USE_SYSTEM_CA: "" }),
    ).to.deep.equal({
      HTTP_PROXY: "http://proxy.example.com:8080",
      NO_PROXY: LOOPBACK,
      NODE_USE_ENV_PROXY: "1",
    });
  });

  it("are refused if a proxy is not an address; the message does not show the value", () => {
    expect(() => networkVariables({ https_proxy: "http://me:secret@[proxy" })).to.throw(
      CloudError,
      /^HTTPS_PROXY is not the address of a proxy, such as (?!.*secret)/,
    );
  });

  it("leave out types of proxies that Node does not support", () => {
    expect(networkVariables({ HTTPS_PROXY: "socks5://127.0.0.1:1080" })).to.deep.equal({});
  });

  it("can include NO_PROXY without a proxy", () => {
    expect(networkVariables({ NO_PROXY: "intranet" })).to.deep.equal({ NO_PROXY: "intranet" });
  });
});

describe("requests of this process", () => {
  let sources: TestSources;
  let proxy: TestProxy;
  let remoteUrl: string;

  beforeEach(async () => {
    sources = await startTestSources();
    const { port } = new URL(sources.blsUrl);
    proxy = await startProxy({ "bls.invalid": Number(port) });
    remoteUrl = "http://bls.invalid/pub/time.series/pr/";
  });
  afterEach(async () => {
    await proxy.close();
    await sources.close();
  });

  async function statusOf(address: string): Promise<number> {
    const { status, body } = await httpGet(
      address,
      { "User-Agent": "tests@example.org" },
      AbortSignal.timeout(5_000),
    );
    body.destroy();
    return status;
  }

  it("go through the machine's proxy, except those to this machine", async () => {
    await throughProxies({ http_proxy: proxy.address }, async () => {
      expect(await statusOf(remoteUrl)).to.equal(200);
      expect(await statusOf(sources.surveyUrl)).to.equal(200);
    });
    expect(proxy.requests).to.deep.equal([`GET ${remoteUrl}`]);
  });

  it("go direct again afterwards", async () => {
    const before = [http.globalAgent, https.globalAgent];
    await throughProxies({ HTTP_PROXY: proxy.address, HTTPS_PROXY: proxy.address }, async () => {
      expect(http.globalAgent).not.to.equal(before[0]);
      expect(https.globalAgent).not.to.equal(before[1]);
    });
    expect(http.globalAgent).to.equal(before[0]);
    expect(https.globalAgent).to.equal(before[1]);
  });
});
