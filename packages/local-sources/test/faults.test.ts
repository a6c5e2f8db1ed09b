import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { get, rawGet } from "../../../test/support/httpRequests";
import { rejection } from "../../../test/support/rejection";
import { startTestSources, type TestSources, USER_AGENT } from "../../../test/support/testSources";
import type { ListingShape } from "../src/listingPage";

const FILE = "/pub/time.series/pr/pr.file";
const FOLDER = "/pub/time.series/pr/";
const TEXT = "0123456789".repeat(10);

/** How a connection ends after a request for a file: `closed` if normally, else the error's code. */
async function connectionEnd(url: string): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nUser-Agent: ${USER_AGENT}\r\n\r\n`);
  return new Promise((resolve) => {
    socket.resume().on("end", () => resolve("closed"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe("the source server's faults", () => {
  let sources: TestSources;
  let url: string;
  beforeEach(async () => {
    sources = await startTestSources({ "pr.file": TEXT, "pr.other": "other" });
    url = `${sources.surveyUrl}pr.file`;
  });
  afterEach(() => sources.close());

  it("answer 403, 404, 500, 429 and 503, with Retry-After as given", async () => {
    for (const status of [403, 404, 500]) {
      sources.faults.clear();
      sources.faults.set(FILE, { kind: "status", status });
      const response = await get(url);
      expect([response.status, response.headers.get("retry-after")]).to.deep.equal([status, null]);
    }
    for (const [status, retryAfter] of [
      [429, "7"],
      [503, "Wed, 21 Oct 2026 07:28:00 GMT"],
    ] as const) {
      sources.faults.clear();
      sources.faults.set(FILE, { kind: "status", status, retryAfter });
      const response = await get(url);
      expect([response.status, response.headers.get("retry-after")]).to.deep.equal([status, retryAfter]);
    }
  });

  it("apply only to the chosen requests of the path, and no longer once cleared", async () => {
    sources.faults.set(FILE, { kind: "status", status: 503 }, [1, 3]);
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await get(url)).status);
    expect(statuses).to.deep.equal([503, 200, 503, 200]);
    expect((await get(`${sources.surveyUrl}pr.other`)).status).to.equal(200);
    expect(sources.requests.map(({ status }) => status)).to.deep.equal([503, 200, 503, 200, 200]);

    sources.faults.set(FILE, { kind: "status", status: 500 });
    sources.faults.clear();
    expect((await get(url)).status).to.equal(200);
  });

  it("apply to every path that a pattern matches, including the population's; the first one set wins", async () => {
    sources.faults.set(FILE, { kind: "status", status: 429 }, [1]);
    sources.faults.set(/pr\.|tesseract/g, { kind: "status", status: 500 });
    const population = () => fetch(sources.populationUrl);
    const answers = [
      await get(url),
      await get(url),
      await get(`${sources.surveyUrl}pr.other`),
      await population(),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([429, 500, 500, 500]);
    expect((await get(sources.surveyUrl)).status).to.equal(200);
  });

  it("send a redirect, and an error page with status 200", async () => {
    sources.faults.set(FILE, { kind: "redirect", location: "http://other.invalid/" });
    const response = await get(url);
    expect([response.status, response.headers.get("location")]).to.deep.equal([302, "http://other.invalid/"]);
    sources.faults.clear();
    sources.faults.set(FILE, { kind: "errorPage" });
    const page = await get(url);
    expect([page.status, page.headers.get("content-type")]).to.deep.equal([200, "text/html; charset=UTF-8"]);
    expect(await page.text()).to.match(/^<html>.*error occurred/);
  });

  it("delay the answer", async () => {
    sources.faults.set(FILE, { kind: "slow", ms: 150 });
    const start = performance.now();
    expect(await (await get(url)).text()).to.equal(TEXT);
    expect(performance.now() - start).to.be.at.least(145);
    sources.faults.clear();
    sources.faults.set(FILE, { kind: "slow", ms: 3_600_000 });
    const error = await rejection(get(url, { signal: AbortSignal.timeout(50) }));
    expect(error.name).to.equal("TimeoutError");
  });

  it("reset the connection in the middle of the body", async () => {
    sources.faults.set(FILE, { kind: "reset" });
    expect(await connectionEnd(url)).to.equal("ECONNRESET");
    await rejection(get(url).then((response) => response.text()));
  });

  it("close the connection before the announced length is reached", async () => {
    sources.faults.set(FILE, { kind: "short" });
    expect(await connectionEnd(url)).to.equal("closed");
    const response = await get(url);
    expect(response.headers.get("content-length")).to.equal("100");
    await rejection(response.text());
  });

  it("stall in the middle of the body", async () => {
    sources.faults.set(FILE, { kind: "stall" });
    const reader = (await get(url)).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).to.equal(TEXT.slice(0, 50));
    let done = false;
    const rest = rejection(reader?.read() ?? Promise.resolve()).finally(() => {
      done = true;
    });
    await get(`${sources.surveyUrl}pr.other`);
    expect(done).to.equal(false);
    await sources.close();
    await rest;
    sources = await startTestSources();
  });

  it("truncate a file so that only the listing shows it", async () => {
    sources.faults.set(FILE, { kind: "truncated" });
    const response = await get(url);
    expect(response.headers.get("content-length")).to.equal("50");
    expect(await response.text()).to.equal(TEXT.slice(0, 50));
    expect(await (await get(sources.surveyUrl)).text()).to.contain(` 100 <A HREF="${FILE}">`);
  });

  it("compress although the client did not ask for it", async () => {
    sources.faults.set(FILE, { kind: "gzip" });
    const { headers, body } = await rawGet(url, FILE);
    expect(headers["content-encoding"]).to.equal("gzip");
    expect(gunzipSync(body).toString()).to.equal(TEXT);
  });

  it("corrupt a listing: empty, without its parent link, with foreign links, with bad names", async () => {
    const page = async (shape: ListingShape) => {
      sources.faults.clear();
      sources.faults.set(FOLDER, { kind: "listing", shape });
      const response = await get(sources.surveyUrl);
      expect(response.status).to.equal(200);
      return response.text();
    };
    const count = (text: string, part: string) => text.split(part).length - 1;
    const ordinary = await (await get(sources.surveyUrl)).text();
    expect([count(ordinary, "<A "), count(ordinary, "[To Parent Directory]")]).to.deep.equal([3, 1]);
    const empty = await page("empty");
    expect([count(empty, "<A "), count(empty, "[To Parent Directory]")]).to.deep.equal([1, 1]);
    const orphan = await page("no parent link");
    expect([count(orphan, "<A "), count(orphan, "[To Parent Directory]")]).to.deep.equal([2, 0]);
    const foreign = await page("foreign links");
    expect(foreign).to.contain('HREF="http://other.invalid/').and.to.contain("../../../etc/");
    expect(count(foreign, `HREF="${FOLDER}pr.`)).to.equal(2);
    expect(await page("bad names"))
      .to.contain('HREF="..%2F..%2Fpr.encoded"')
      .and.to.contain('HREF="?C=');
  });

  it("answer 500 if a fault for listings is set on a file", async () => {
    sources.faults.set(FILE, { kind: "listing", shape: "empty" });
    const response = await get(url);
    expect(response.status).to.equal(500);
    expect(await response.text()).to.contain("its fault is for listings");
  });
});
