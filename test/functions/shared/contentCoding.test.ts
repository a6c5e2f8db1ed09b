import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { syncSurvey } from "../../../functions/dataset/sync";
import { messageOf } from "../../../functions/shared/errors";
import { createUpstreamClient, UpstreamError } from "../../../functions/shared/upstream";
import { startTestBuckets } from "../../support/buckets";
import { needCase } from "../../support/cases";

const TEXT = "series_id\tyear\tperiod\tvalue\r\n".repeat(100);
const RETRIES = 2;

describe("a body in a content coding", () => {
  let server: Server;
  let address: string;
  let answers: { coding: string | string[]; body: Buffer }[];
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    server = createServer((_, response) => {
      // Any further request gets the last answer again.
      const { coding = "", body } = answers[Math.min(requests++, answers.length - 1)] ?? {};
      response.setHeader("Content-Encoding", coding).end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pr.txt`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  function read(...sent: typeof answers): Promise<string> {
    answers = sent;
    const upstream = createUpstreamClient({
      contact: "tests@example.org",
      retries: RETRIES,
      retryDelayMs: 1,
    });
    return upstream(address, (body) => text(body));
  }

  async function refusal(...sent: typeof answers): Promise<string> {
    const error = await read(...sent).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UpstreamError);
    return messageOf(error);
  }

  function gzip(times: number): Buffer {
    return Array.from({ length: times }).reduce<Buffer>((body) => gzipSync(body), Buffer.from(TEXT));
  }

  for (const [coding, times] of [
    ["gzip", 1],
    ["GZIP", 1],
    ["x-gzip", 1],
    ["X-GZip", 1],
    ["identity", 0],
    ["IDENTITY, identity", 0],
    ["", 0],
    [" ,, gzip ,", 1],
    ["gzip, gzip", 2],
    ["gzip,identity, x-gzip", 2],
    [["gzip", "gzip"], 2],
    ["gzip, gzip, gzip, gzip", 4],
  ] as const) {
    it(`${JSON.stringify(coding)} is decoded`, async () => {
      const header = typeof coding === "string" ? coding : [...coding];
      expect(await read({ coding: header, body: gzip(times) })).to.equal(TEXT);
      expect(requests).to.equal(1);
    });
  }

  for (const [title, coding, body, words] of [
    ["is not supported", "br", Buffer.from(TEXT), 'the Content-Encoding "br", which is not supported'],
    [
      "is not supported, around one that is",
      "gzip, br",
      gzip(1),
      'the Content-Encoding "br", which is not supported',
    ],
    ["is one too many", "gzip, gzip, gzip, gzip, gzip", gzip(5), "5 content codings, more than the 4"],
    [
      "is labelled wrongly",
      "GZIP",
      Buffer.from(TEXT),
      'the Content-Encoding "GZIP", but is not encoded that way (zlib says: incorrect header check)',
    ],
    [
      "is damaged",
      "gzip",
      damaged(),
      'the Content-Encoding "gzip", but is not encoded that way (zlib says: incorrect data check)',
    ],
    [
      "was applied fewer times than stated",
      "gzip, gzip",
      gzip(1),
      '"gzip, gzip", but is not encoded that way (zlib says: incorrect header check)',
    ],
  ] as const) {
    it(`that ${title} fails at once, and the message says why`, async () => {
      const message = await refusal({ coding, body });
      expect(message).to.match(/^http:\/\/127\.0\.0\.1:\d+\/pr\.txt was sent with /);
      expect(message)
        .to.include(words)
        .and.to.match(/: the server, or a proxy on the way, must send [^:]*\.$/);
      expect(requests).to.equal(1);
    });
  }

  it("that was cut off is requested again", async () => {
    const body = gzip(1);
    expect(await read({ coding: "gzip", body: body.subarray(0, -4) }, { coding: "gzip", body })).to.equal(
      TEXT,
    );
    expect(requests).to.equal(2);
  });

  it("that is cut off each time fails after the last try, and says so once", async () => {
    const message = await refusal({ coding: "gzip", body: gzip(1).subarray(0, -4) });
    expect(message).to.match(/\/pr\.txt could not be read: unexpected end of file$/);
    expect(requests).to.equal(1 + RETRIES);
  });

  /** Gzip with a wrong checksum at its end. */
  function damaged(): Buffer {
    const body = Buffer.from(gzip(1));
    body.writeUInt32LE(0, body.length - 8);
    return body;
  }
});

describe("a server with its own name for gzip", function () {
  this.timeout(30_000);
  let server: ChildProcess | undefined;
  afterEach(async () => {
    if (server === undefined) return;
    const ended = once(server, "close");
    server.kill();
    await ended;
    server = undefined;
  });

  for (const coding of ["gzip", "GZIP", "x-gzip"]) {
    it(`${coding}: every file is mirrored uncompressed`, async function () {
      const folder = needCase(this, "05-gzip-in-capitals");
      const upstream = path.join(folder, "upstream");
      server = spawn(process.execPath, [path.join(folder, "server.mjs"), upstream, coding]);
      if (server.stdout === null) throw new Error("The server has no output.");
      const [address] = (await once(createInterface(server.stdout), "line")) as [string];
      const buckets = await startTestBuckets();
      try {
        const { data, state } = buckets;
        await syncSurvey({
          data,
          state,
          upstream: createUpstreamClient({ contact: "tests@example.org", retries: 0 }),
          blsUrl: `${address}/pub/time.series/`,
          survey: "pr",
          maxDeletes: { count: 0, share: 0 },
          verifyEveryDays: 0,
          signal: AbortSignal.timeout(20_000),
          now: new Date(),
        });
        const files = path.join(upstream, "pub", "time.series", "pr");
        const names = readdirSync(files);
        expect(await buckets.keys("raw/")).to.deep.equal(names.map((name) => `raw/bls/pr/${name}`).sort());
        for (const name of names) {
          expect(await buckets.read(`raw/bls/pr/${name}`)).to.equal(
            readFileSync(path.join(files, name), "utf8"),
          );
        }
      } finally {
        await buckets.close();
      }
    });
  }
});
