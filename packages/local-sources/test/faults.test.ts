import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { startTestUpstream, type TestUpstream, USER_AGENT } from "../../../test/support/upstream";
import type { ListingShape } from "../src/listing";
import { get, rawGet, rejection } from "./client";

const FILE = "/pub/time.series/pr/pr.file";
const FOLDER = "/pub/time.series/pr/";
const TEXT = "0123456789".repeat(10);

/** Whether a connection on which a file was asked for is closed in order, or with which error it ends. */
async function connectionEnd(url: string): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nUser-Agent: ${USER_AGENT}\r\n\r\n`);
  return new Promise((resolve) => {
    socket.resume().on("end", () => resolve("closed"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe("the local upstream's faults", () => {
  let upstream: TestUpstream;
  let url: string;
  beforeEach(async () => {
    upstream = await startTestUpstream({ "pr.file": TEXT, "pr.other": "other" });
    url = `${upstream.surveyUrl}pr.file`;
  });
  afterEach(() => upstream.close());

  it("answer 403, 404, 500, 429 and 503, with Retry-After as given", async () => {
    for (const status of [403, 404, 500]) {
      upstream.faults.clear();
      upstream.faults.set(FILE, { kind: "status", status });
      const response = await get(url);
      expect([response.status, response.headers.get("retry-after")]).to.deep.equal([status, null]);
    }
    for (const [status, retryAfter] of [
      [429, "7"],
      [503, "Wed, 21 Oct 2026 07:28:00 GMT"],
    ] as const) {
      upstream.faults.clear();
      upstream.faults.set(FILE, { kind: "status", status, retryAfter });
      const response = await get(url);
      expect([response.status, response.headers.get("retry-after")]).to.deep.equal([status, retryAfter]);
    }
  });

  it("meet only the requests named, only this path, and none once cleared", async () => {
    upstream.faults.set(FILE, { kind: "status", status: 503 }, [1, 3]);
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await get(url)).status);
    expect(statuses).to.deep.equal([503, 200, 503, 200]);
    expect((await get(`${upstream.surveyUrl}pr.other`)).status).to.equal(200);
    expect(upstream.requests.map(({ status }) => status)).to.deep.equal([503, 200, 503, 200, 200]);

    upstream.faults.set(FILE, { kind: "status", status: 500 });
    upstream.faults.clear();
    expect((await get(url)).status).to.equal(200);
  });

  it("meet every path that a pattern finds, the population's too, and give way to those set before", async () => {
    upstream.faults.set(FILE, { kind: "status", status: 429 }, [1]);
    upstream.faults.set(/pr\.|tesseract/g, { kind: "status", status: 500 });
    const population = () => fetch(upstream.populationUrl);
    const answers = [
      await get(url),
      await get(url),
      await get(`${upstream.surveyUrl}pr.other`),
      await population(),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([429, 500, 500, 500]);
    expect((await get(upstream.surveyUrl)).status).to.equal(200);
  });

  it("send a redirect, and an error page with status 200", async () => {
    upstream.faults.set(FILE, { kind: "redirect", location: "http://other.invalid/" });
    const response = await get(url);
    expect([response.status, response.headers.get("location")]).to.deep.equal([302, "http://other.invalid/"]);
    upstream.faults.clear();
    upstream.faults.set(FILE, { kind: "errorPage" });
    const page = await get(url);
    expect([page.status, page.headers.get("content-type")]).to.deep.equal([200, "text/html; charset=UTF-8"]);
    expect(await page.text()).to.match(/^<html>.*error occurred/);
  });

  it("answer late", async () => {
    upstream.faults.set(FILE, { kind: "slow", ms: 150 });
    const start = performance.now();
    expect(await (await get(url)).text()).to.equal(TEXT);
    expect(performance.now() - start).to.be.at.least(145);
    upstream.faults.clear();
    upstream.faults.set(FILE, { kind: "slow", ms: 3_600_000 });
    const error = await rejection(get(url, { signal: AbortSignal.timeout(50) }));
    expect(error.name).to.equal("TimeoutError");
  });

  it("reset the connection in the middle of the body", async () => {
    upstream.faults.set(FILE, { kind: "reset" });
    expect(await connectionEnd(url)).to.equal("ECONNRESET");
    await rejection(get(url).then((response) => response.text()));
  });

  it("close the connection before the length that was announced", async () => {
    upstream.faults.set(FILE, { kind: "short" });
    expect(await connectionEnd(url)).to.equal("closed");
    const response = await get(url);
    expect(response.headers.get("content-length")).to.equal("100");
    await rejection(response.text());
  });

  it("stall in the middle of the body", async () => {
    upstream.faults.set(FILE, { kind: "stall" });
    const reader = (await get(url)).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).to.equal(TEXT.slice(0, 50));
    let done = false;
    const rest = rejection(reader?.read() ?? Promise.resolve()).finally(() => {
      done = true;
    });
    await get(`${upstream.surveyUrl}pr.other`);
    expect(done).to.equal(false);
    await upstream.close();
    await rest;
    upstream = await startTestUpstream();
  });

  it("cut a file so that only the listing tells", async () => {
    upstream.faults.set(FILE, { kind: "truncated" });
    const response = await get(url);
    expect(response.headers.get("content-length")).to.equal("50");
    expect(await response.text()).to.equal(TEXT.slice(0, 50));
    expect(await (await get(upstream.surveyUrl)).text()).to.contain(` 100 <A HREF="${FILE}">`);
  });

  it("compress unasked", async () => {
    upstream.faults.set(FILE, { kind: "gzip" });
    const { headers, body } = await rawGet(url, FILE);
    expect(headers["content-encoding"]).to.equal("gzip");
    expect(gunzipSync(body).toString()).to.equal(TEXT);
  });

  it("spoil a listing: empty, without its parent link, with links that lead elsewhere, with bad names", async () => {
    const page = async (shape: ListingShape) => {
      upstream.faults.clear();
      upstream.faults.set(FOLDER, { kind: "listing", shape });
      const response = await get(upstream.surveyUrl);
      expect(response.status).to.equal(200);
      return response.text();
    };
    const count = (text: string, part: string) => text.split(part).length - 1;
    const ordinary = await (await get(upstream.surveyUrl)).text();
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

  it("refuse a listing's fault on a file, rather than do nothing", async () => {
    upstream.faults.set(FILE, { kind: "listing", shape: "empty" });
    const response = await get(url);
    expect(response.status).to.equal(500);
    expect(await response.text()).to.contain("one of listings");
  });
});
