import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { diskFolder, servedFile } from "@data-quest/local-sources/servedFolder";
import { type Sources, startSourceServer } from "@data-quest/local-sources/server";
import { writeSourceDirectory } from "@data-quest/local-sources/writeSourceDirectory";
import { expect } from "chai";
import { openSources, SourcesError } from "../../../commands/start/openSources";
import { get, rawGet } from "../../support/httpRequests";
import { startProxy } from "../../support/proxy";
import { rejection } from "../../support/rejection";
import { FIRST_CHANGE, startTestSources } from "../../support/testSources";

const SURVEY = "pub/time.series/pr";

describe("openSources with a directory", () => {
  let parent: string;
  let directory: string;
  const opened: Sources[] = [];
  const open = async (spec: string | undefined) => {
    const sources = await openSources(spec);
    opened.push(sources);
    return sources;
  };
  const refusal = async (spec: string) => {
    const error = await rejection(open(spec));
    expect(error).to.be.instanceOf(SourcesError);
    return error;
  };

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), "upstream-"));
    directory = path.join(parent, "upstream");
    await mkdir(path.join(directory, SURVEY), { recursive: true });
    await writeFile(path.join(directory, SURVEY, "pr.data.0.Current"), "header\r\n");
    await writeFile(path.join(directory, "population.json"), '{"data":[]}');
    await writeFile(path.join(parent, "secret"), "secret");
  });
  afterEach(async () => {
    for (const sources of opened.splice(0)) await sources.close();
    await rm(parent, { recursive: true });
  });

  it("serves the files with their times, and reads them again at each request", async () => {
    const { blsUrl, populationUrl } = await open(directory);
    const file = path.join(directory, SURVEY, "pr.data.0.Current");
    await utimes(file, FIRST_CHANGE, FIRST_CHANGE);
    expect(await (await get(`${blsUrl}pr/`)).text()).to.contain("  1/5/2026  8:30 AM            8 <A ");
    await writeFile(file, "other bytes");
    await writeFile(path.join(directory, SURVEY, "pr.empty"), "");
    expect(await (await get(`${blsUrl}pr/pr.data.0.Current`)).text()).to.equal("other bytes");
    expect(await (await get(`${blsUrl}pr/pr.empty`)).text()).to.equal("");
    const listing = await (await get(`${blsUrl}pr/`)).text();
    expect(listing).to.contain(' 11 <A HREF="').and.to.contain(' 0 <A HREF="');
    await rm(file);
    expect((await get(`${blsUrl}pr/pr.data.0.Current`)).status).to.equal(404);
    expect(await (await fetch(populationUrl)).text()).to.equal('{"data":[]}');
  });

  it("serves and lists nothing outside of the directory, and no hidden files", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: symbolic links on Windows need a special privilege");
      this.skip();
    }
    await symlink(path.join(parent, "secret"), path.join(directory, SURVEY, "pr.link"));
    await symlink(parent, path.join(directory, SURVEY, "up"));
    await symlink("pr.data.0.Current", path.join(directory, SURVEY, "pr.inside"));
    await writeFile(path.join(directory, SURVEY, ".hidden"), "hidden");
    const { blsUrl } = await open(directory);
    const listing = await (await get(`${blsUrl}pr/`)).text();
    expect([...listing.matchAll(/>(pr\.[^<]*|up|\.hidden)</g)].map(([, name]) => name)).to.deep.equal([
      "pr.data.0.Current",
      "pr.inside",
    ]);
    for (const name of [
      "pr.link",
      "up/",
      "up/secret",
      ".hidden",
      "../../../../secret",
      "..%2f..%2f..%2f..%2fsecret",
    ]) {
      const { status, body } = await rawGet(blsUrl, `/${SURVEY}/${name}`);
      expect([status, body.includes("secret")], name).to.deep.equal([404, false]);
    }
    const source = diskFolder(directory);
    expect(await source.open(["..", "secret"])).to.equal(undefined);
    expect(await source.list(["..", "upstream"])).to.equal(undefined);
    expect((await get(`${blsUrl}pr/pr.inside`)).status).to.equal(200);
  });

  it("rejects another kind of directory, and says in one sentence what to do", async () => {
    const cases: [string, () => Promise<unknown>, RegExp][] = [
      [
        "no population",
        () => rm(path.join(directory, "population.json")),
        /upstream' has no population\.json\. An/,
      ],
      [
        "a broken one",
        () => writeFile(path.join(directory, "population.json"), "{"),
        /population\.json that is not JSON/,
      ],
      [
        "another one",
        () => writeFile(path.join(directory, "population.json"), "{}"),
        /without a list "data"/,
      ],
      [
        "no rows",
        () => writeFile(path.join(directory, SURVEY, "pr.data.0.Current"), ""),
        /has no data in pub.time/,
      ],
      [
        "no survey",
        () => rm(path.join(directory, SURVEY), { recursive: true }),
        /has no data in pub.time\.series/,
      ],
      [
        "no surveys",
        () => rm(path.join(directory, "pub"), { recursive: true }),
        /has no folder pub\/time\.series/,
      ],
      ["nothing", () => rm(directory, { recursive: true }), /is not a directory/],
    ];
    for (const [name, spoil, message] of cases) {
      await spoil();
      const error = await refusal(directory);
      expect(error.message, name)
        .to.match(message)
        .and.to.contain(directory)
        .and.to.contain("npm run sample");
    }
    expect((await refusal(path.join(parent, "secret"))).message).to.contain("is not a directory");
  });

  it("accepts the sample that npm run sample writes", async () => {
    const target = path.join(parent, "sample");
    const files = sampleFiles();
    await writeSourceDirectory(target, files);
    expect((await rejection(writeSourceDirectory(target, files))).message).to.contain("not empty");
    await writeSourceDirectory(
      target,
      new Map([["population.json", servedFile('{"data":[1]}', FIRST_CHANGE)]]),
      {
        force: true,
      },
    );
    expect(await readFile(path.join(target, "population.json"), "utf8")).to.equal('{"data":[1]}');

    const [written, generated] = [await open(target), await open(undefined)];
    const listings = [written, generated].map(async ({ blsUrl }) => (await get(`${blsUrl}pr/`)).text());
    const [one, other] = await Promise.all(listings);
    expect(one).to.equal(other).and.to.contain("pr.data.1.AllData");
  });
});

describe("openSources with an address", () => {
  it("appends the sources' paths to the address", async () => {
    const served = await startTestSources();
    try {
      const { origin } = new URL(served.blsUrl);
      for (const spec of [origin, `${origin}/`]) {
        const sources = await openSources(spec);
        expect([sources.blsUrl, sources.populationUrl]).to.deep.equal([served.blsUrl, served.populationUrl]);
        await sources.close();
      }
      expect((await get(served.surveyUrl)).status).to.equal(200);
    } finally {
      await served.close();
    }
  });

  it("checks the address through the proxy, as the functions will reach it", async () => {
    const served = await startTestSources();
    const proxy = await startProxy({ "bls.invalid": Number(new URL(served.blsUrl).port) });
    try {
      const environment = { HTTP_PROXY: proxy.address };
      const { blsUrl, populationUrl } = await openSources("http://bls.invalid", { environment });
      expect([...proxy.requests].sort()).to.deep.equal([`GET ${blsUrl}`, `GET ${populationUrl}`]);
      const wrong = await rejection(openSources("http://bls.invalid/mirror", { environment }));
      expect(wrong.message).to.include("does not exist (404)");
      await openSources(new URL(served.blsUrl).origin, { environment });
      expect(proxy.requests.filter((request) => request.includes("127.0.0.1"))).to.deep.equal([]);
    } finally {
      await proxy.close();
      await served.close();
    }
  });

  it("rejects a folder that Python or nginx serves, and says what to do instead", async () => {
    const entries = '<pre><a href="../">../</a>\n<a href="pr/">pr/</a>  06-Aug-2026 08:30  -\n</pre>';
    for (const [title, words] of [
      ["Directory listing for /pub/time.series/", /folder listing from Python/],
      ["Index of /pub/time.series/", /folder listing from nginx or Apache/],
    ] as const) {
      const server = createServer((_, response) => {
        response.end(`<html><head><title>${title}</title></head><body>${entries}</body></html>`);
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      try {
        const { port } = server.address() as AddressInfo;
        const error = await rejection(openSources(`http://127.0.0.1:${port}`));
        expect(error).to.be.instanceOf(SourcesError);
        expect(error.message).to.match(words).and.to.include("npm start -- --upstream DIR");
      } finally {
        server.close();
      }
    }
  });

  it("rejects a server that does not answer, a wrong path, and an invalid address", async () => {
    const served = await startSourceServer(sampleFiles());
    const { origin } = new URL(served.blsUrl);
    try {
      const wrong = await rejection(openSources(`${origin}/mirror`));
      expect(wrong.message).to.match(
        /\/mirror\/(pub|tess).* does not exist \(404\)\. Give the part of the address before this path/,
      );
    } finally {
      await served.close();
    }
    const down = await rejection(openSources(origin));
    expect(down).to.be.instanceOf(SourcesError);
    expect(down.message).to.contain("does not answer (ECONNREFUSED)");
    expect(down.cause).to.be.instanceOf(Error);
    expect((await rejection(openSources("http://"))).message).to.contain("not a valid address");
    for (const spec of [
      "https://me:secret@host.invalid/",
      "https://host.invalid/?key=secret",
      "https://host.invalid/#x",
    ]) {
      const { message } = await rejection(openSources(spec));
      expect(message, spec).to.contain("user, a query").and.not.to.contain("secret");
    }
  });
});
