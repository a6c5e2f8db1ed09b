import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { Parser } from "htmlparser2";
import { get, rawGet } from "../../../test/support/httpRequests";
import {
  FIRST_CHANGE,
  generatedFile,
  startTestSources,
  type TestSources,
  USER_AGENT,
} from "../../../test/support/testSources";
import { sampleFiles } from "../src/sample";
import { servedFile } from "../src/servedFolder";
import { type SourceServer, startSourceServer } from "../src/server";

/** Every link of a page, with the text between it and the previous link. */
function linksOf(html: string): { before: string; href: string; text: string }[] {
  const links: { before: string; href: string; text: string }[] = [];
  let before = "";
  let open: (typeof links)[number] | undefined;
  const parser = new Parser({
    onopentag(name, { href = "" }) {
      if (name === "a") open = { before, href, text: "" };
    },
    ontext(text) {
      if (open) open.text += text;
      else before += text;
    },
    onclosetag(name) {
      if (name !== "a" || !open) return;
      links.push(open);
      [open, before] = [undefined, ""];
    },
  });
  parser.end(html);
  return links;
}

describe("the source server as download.bls.gov", () => {
  let sources: SourceServer;
  before(async () => {
    sources = await startSourceServer(sampleFiles());
  });
  after(() => sources.close());

  it("lists a survey as IIS does: parent, then date, size and link of each file", async () => {
    const response = await get(`${sources.blsUrl}pr/`);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.match(/^text\/html/);
    const html = await response.text();
    expect(html).to.contain('<A HREF="/pub/time.series/">[To Parent Directory]</A><br><br>');
    // Written by hand: summer and winter time in Washington, to the minute, right-aligned.
    expect(html).to.contain(
      ' 7/15/1994  2:41 PM          146 <A HREF="/pub/time.series/pr/pr.period">pr.period</A><br>',
    );
    expect(html).to.contain(' 1/15/2025 10:02 AM          223 <A HREF="/pub/time.series/pr/pr.contacts">');
    expect(html).to.contain(
      ' 3/24/2026  8:30 AM      1591606 <A HREF="/pub/time.series/pr/pr.data.0.Current">',
    );

    const [parent, ...files] = linksOf(html);
    expect(parent?.href).to.equal("/pub/time.series/");
    const sizes = [...sampleFiles()]
      .filter(([key]) => key.startsWith("pub/"))
      .map(([key, { size }]) => [`/${key}`, size]);
    const listed = files.map(({ before, href }) => [href, Number(/(\d+) $/.exec(before)?.[1])]);
    expect(listed).to.deep.equal(sizes.sort());
    for (const { before } of files)
      expect(before).to.match(/^ *\d{1,2}\/\d{1,2}\/\d{4} +\d{1,2}:\d\d [AP]M +\d+ $/);
  });

  it("lists the surveys as folders", async () => {
    const [parent, survey, ...more] = linksOf(await (await get(sources.blsUrl)).text());
    expect(parent?.href).to.equal("/pub/");
    expect(survey).to.deep.equal({
      before: " 3/24/2026  8:30 AM        <dir> ",
      href: "/pub/time.series/pr/",
      text: "pr",
    });
    expect(more).to.deep.equal([]);
    expect(await (await get(sources.blsUrl)).text()).to.contain("&lt;dir&gt;");
  });

  it("sends a file with its length and date, and only the headers for HEAD", async () => {
    const url = `${sources.blsUrl}pr/pr.period`;
    const response = await get(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    const file = sampleFiles().get("pub/time.series/pr/pr.period");
    expect(bytes.equals(file?.content as Buffer)).to.equal(true);
    const head = await get(url, { method: "HEAD" });
    for (const { status, headers } of [response, head]) {
      expect(status).to.equal(200);
      expect(headers.get("content-length")).to.equal("146");
      expect(headers.get("last-modified")).to.equal("Fri, 15 Jul 1994 18:41:00 GMT");
      expect(headers.get("content-encoding")).to.equal(null);
    }
    expect(await head.text()).to.equal("");
  });

  it("ignores If-None-Match and If-Modified-Since", async () => {
    const url = `${sources.blsUrl}pr/pr.period`;
    const first = await get(url);
    const headers = {
      "If-None-Match": first.headers.get("etag") ?? "",
      "If-Modified-Since": new Date().toUTCString(),
    };
    const second = await get(url, { headers });
    expect(second.status).to.equal(200);
    expect(await second.text()).to.equal(await first.text());
  });

  it("refuses listings and files with 403 unless the client names a contact", async () => {
    for (const agent of ["", "Mozilla/5.0", "data-quest", "me@localhost", "@example.org"]) {
      for (const path of ["pr/", "pr/pr.period"]) {
        const response = await get(sources.blsUrl + path, { headers: { "User-Agent": agent } });
        expect(response.status, agent).to.equal(403);
      }
    }
    for (const agent of ["me@example.org", "data-quest/1.0 (+mailto:first.last@sub.example.co.uk)"]) {
      expect((await get(`${sources.blsUrl}pr/`, { headers: { "User-Agent": agent } })).status).to.equal(200);
    }
  });

  it("answers 404, 301, 400 and 405 where IIS would", async () => {
    const raw = async (path: string) => (await rawGet(sources.blsUrl, path)).status;
    expect(await raw("/pub/time.series/pr/pr.nothing")).to.equal(404);
    expect(await raw("/pub/time.series/zz/")).to.equal(404);
    expect(await raw("/pub/time.series/pr/pr.period/")).to.equal(404);
    expect(await raw("/pub/")).to.equal(404);
    expect(await raw("/pub/time.series/%E0%A4%A")).to.equal(400);
    const moved = await rawGet(sources.blsUrl, "/pub/time.series/pr");
    expect([moved.status, moved.headers.location]).to.deep.equal([301, "/pub/time.series/pr/"]);
    expect((await get(`${sources.blsUrl}pr/pr.period`, { method: "POST" })).status).to.equal(405);
  });

  it("answers 404 to a path that leaves its folder", async () => {
    const climbing = [
      "/pub/time.series/../../population.json",
      "/pub/time.series/pr/%2e%2e/%2e%2e/%2e%2e/population.json",
      "/pub/time.series/..%2F..%2Fpopulation.json",
      "/pub/time.series/..%5C..%5Cpopulation.json",
      "/pub/time.series//pr/pr.period",
      "/pub/time.series/pr%2F",
      "/pub%2Ftime.series/pr/pr.period",
      "/pub%2Ftime.series/pr/",
      "/pub/time.series/pr/./pr.period",
      "/population.json",
    ];
    for (const path of climbing) expect((await rawGet(sources.blsUrl, path)).status, path).to.equal(404);
  });

  it("records every request", async () => {
    const before = sources.requests.length;
    await get(`${sources.blsUrl}pr/pr.period`, { method: "HEAD" });
    await get(`${sources.blsUrl}pr/`, { headers: { "User-Agent": "nobody" } });
    expect(sources.requests.slice(before)).to.deep.equal([
      { method: "HEAD", path: "/pub/time.series/pr/pr.period", status: 200, userAgent: USER_AGENT },
      { method: "GET", path: "/pub/time.series/pr/", status: 403, userAgent: "nobody" },
    ]);
  });
});

describe("the source server as DataUSA's API", () => {
  let sources: SourceServer;
  before(async () => {
    sources = await startSourceServer(sampleFiles());
  });
  after(() => sources.close());

  it("answers every call with the same data and varying annotations, without a contact", async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const response = await fetch(sources.populationUrl);
        expect(response.status).to.equal(200);
        expect(response.headers.get("content-type")).to.equal("application/json");
        return response.text();
      }),
    );
    expect(new Set(answers).size).to.equal(6);
    const parts = answers.map((answer) => /"page".*$/s.exec(answer)?.[0]);
    expect(new Set(parts).size).to.equal(1);
    expect(parts[0]).to.contain('"Population":327167439.0}');
    for (const answer of answers)
      expect(JSON.parse(answer).annotations.table_id ?? "left out").to.be.a("string");
  });

  it("answers 404 for another cube", async () => {
    const response = await fetch(sources.populationUrl.replace("population_1", "income_1"));
    expect(response.status).to.equal(404);
  });
});

describe("the source server with files that change", () => {
  let sources: TestSources;
  beforeEach(async () => {
    sources = await startTestSources();
  });
  afterEach(() => sources.close());
  const listed = async () =>
    linksOf(await (await get(sources.surveyUrl)).text()).map(({ before, text }) => before.trim() + text);

  it("shows added, changed and removed files at the next request", async () => {
    const first = await listed();
    sources.addFile("pr.new", "new");
    sources.changeFile("pr.txt", "changed");
    expect(await (await get(`${sources.surveyUrl}pr.new`)).text()).to.equal("new");
    const second = await listed();
    expect(second.length).to.equal(first.length + 1);
    const changed = second.filter((line) => !first.includes(line));
    expect(changed.map((line) => line.replace(/.*M +/, ""))).to.deep.equal(["3pr.new", "7pr.txt"]);
    sources.removeFile("pr.new");
    expect((await get(`${sources.surveyUrl}pr.new`)).status).to.equal(404);
    expect(() => sources.changeFile("pr.new", "")).to.throw("no file");
  });

  it("encodes names with spaces, percent signs and markup so that the link leads to the file", async () => {
    const names = ["pr.a b", "pr.100%", "pr.%20", 'pr.<b>&"amp;', "pr.é#?x"];
    for (const name of names) sources.addFile(name, name);
    const links = linksOf(await (await get(sources.surveyUrl)).text());
    for (const name of names) {
      const link = links.find(({ text }) => text === name);
      const response = await get(new URL(link?.href ?? "", sources.blsUrl).href);
      expect(await response.text(), name).to.equal(name);
    }
  });

  it("lists many files", async () => {
    for (let n = 0; n < 5000; n++) sources.addFile(`pr.data.${n}`, "x");
    expect((await listed()).length).to.equal(5004);
  });

  it("compresses if that is enabled and the client accepts it", async () => {
    const gzipping = await startTestSources({ "pr.txt": "the same text" }, { gzip: true });
    try {
      const asked = await rawGet(gzipping.surveyUrl, "/pub/time.series/pr/pr.txt", {
        "Accept-Encoding": "gzip, br",
      });
      expect(asked.headers["content-encoding"]).to.equal("gzip");
      expect(asked.headers["content-length"]).to.equal(undefined);
      expect(gunzipSync(asked.body).toString()).to.equal("the same text");
      const plain = await rawGet(gzipping.surveyUrl, "/pub/time.series/pr/pr.txt");
      expect(plain.body.toString()).to.equal("the same text");
    } finally {
      await gzipping.close();
    }
  });

  it("serves a population unchanged if it is not JSON", async () => {
    sources.files.set("population.json", servedFile('{"annotations":{broken}', FIRST_CHANGE));
    expect(await (await fetch(sources.populationUrl)).text()).to.equal('{"annotations":{broken}');
  });

  it("generates a file of 2 GiB while it is read, and stops when the client leaves", async () => {
    const size = 2 * 1024 ** 3;
    const file = generatedFile(size);
    let [generated, ended] = [0, false];
    function* counted() {
      try {
        for (const chunk of (file.content as () => Iterable<Uint8Array>)()) {
          generated += chunk.length;
          yield chunk;
        }
      } finally {
        ended = true;
      }
    }
    sources.files.set("pub/time.series/pr/pr.big", { ...file, content: counted });
    await get(`${sources.surveyUrl}pr.big`, { method: "HEAD" });
    expect(generated).to.equal(0);
    const response = await get(`${sources.surveyUrl}pr.big`);
    expect(response.headers.get("content-length")).to.equal(String(size));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    // The server notices some time later; the test's timeout bounds the wait.
    while (!ended) await get(`${sources.surveyUrl}pr.txt`, { method: "HEAD" });
    expect(generated).to.be.below(64 * 1024 ** 2);
    expect(sources.requests[1]?.failure).to.be.an("error");
  });

  it("cuts off the client if a file has fewer bytes than announced", async () => {
    sources.files.set("pub/time.series/pr/pr.liar", { ...servedFile("short", FIRST_CHANGE), size: 10 });
    const text = get(`${sources.surveyUrl}pr.liar`).then((response) => response.text());
    expect(await text.catch(() => "cut off")).to.equal("cut off");
    expect(String(sources.requests[0]?.failure)).to.contain("5 bytes short of the 10 announced");
  });
});
