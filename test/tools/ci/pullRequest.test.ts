import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { type PullRequest, putComment } from "../../../tools/ci/pullRequest";
import { changesTable, compareReports } from "../../../tools/ci/reportDiff";

const BY_BOT = { user: { login: "github-actions[bot]" } };
const BY_HAND = { user: { login: "another[bot]" } };

describe("a pull request's comment", () => {
  let server: Server;
  let pull: PullRequest;
  let comments: { url: string; body: string; user: { login: string } | null }[];
  let requests: string[];

  /** GitHub, as far as comments go: 100 a page. */
  async function answer(request: IncomingMessage): Promise<unknown> {
    const { method = "", url = "" } = request;
    requests.push(`${method} ${url}`);
    const { pathname, searchParams } = new URL(url, pull.api);
    if (method === "GET") {
      const start = (Number(searchParams.get("page")) - 1) * 100;
      return comments.slice(start, start + 100);
    }
    const { body } = (await json(request)) as { body: string };
    const found = comments.find((comment) => new URL(comment.url).pathname === pathname);
    if (method === "PATCH" && found) found.body = body;
    else comments.push({ ...BY_BOT, url: `${pull.api}/comments/${comments.length}`, body });
    return {};
  }

  beforeEach(async () => {
    [comments, requests] = [[], []];
    server = createServer((request, response) => {
      if (request.headers.authorization !== "Bearer secret") {
        response.writeHead(401).end("Bad credentials");
        return;
      }
      answer(request).then((body) => response.end(JSON.stringify(body)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    pull = { api, repository: "someone/data-quest", number: 7, token: "secret" };
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it("is written once, and over itself from then on", async () => {
    comments.push({ ...BY_HAND, url: `${pull.api}/comments/0`, body: "Looks good." });
    expect(await putComment(pull, "first")).to.equal("created");
    expect(await putComment(pull, "second")).to.equal("updated");
    expect(comments.map(({ body }) => body.split("\n").at(-1))).to.deep.equal(["Looks good.", "second"]);
  });

  it("is found behind a hundred others", async () => {
    await putComment(pull, "first");
    const others = Array.from({ length: 150 }, (_, index) => ({
      ...BY_HAND,
      url: `${pull.api}/others/${index}`,
      body: "Another.",
    }));
    comments = [...others, ...comments.map((comment) => ({ ...comment, url: `${pull.api}/comments/ours` }))];
    expect(await putComment(pull, "second")).to.equal("updated");
    expect(requests.at(-1)).to.equal("PATCH /comments/ours");
  });

  it("is not what somebody made look like it", async () => {
    await putComment(pull, "first");
    const [{ body = "" } = {}] = comments;
    comments = [
      { user: null, url: `${pull.api}/comments/gone`, body },
      { ...BY_HAND, url: `${pull.api}/comments/theirs`, body },
    ];
    expect(await putComment(pull, "second")).to.equal("created");
    expect(comments.map((comment) => comment.body.split("\n").at(-1))).to.deep.equal([
      "first",
      "first",
      "second",
    ]);
  });

  it("that GitHub refuses is an error with GitHub's words", async () => {
    const error = await putComment({ ...pull, token: "wrong" }, "text").catch((reason: Error) => reason);
    expect(String(error)).to.include("401 Bad credentials");
  });
});

describe("the comparison of two reports", () => {
  const report = {
    generatedAt: "2026-01-01T00:00:00Z",
    fingerprint: "1",
    populationSummary: { mean: 1, years: [2013, 2014] },
    bestYears: [
      { seriesId: "A", year: 2000, value: 1.5 },
      { seriesId: "B", year: 2001, value: 2 },
    ],
  };

  it("finds nothing in what only the run makes different", () => {
    const changes = compareReports(report, {
      ...report,
      generatedAt: "2027-01-01T00:00:00Z",
      fingerprint: "2",
    });
    expect(changes).to.deep.equal([]);
    expect(changesTable(changes, 10)).to.equal("No value of the report changes.");
  });

  it("sets old and new values side by side, rows by their key whatever their place", () => {
    const changes = compareReports(report, {
      ...report,
      populationSummary: { mean: 2, years: [2013] },
      bestYears: [
        { seriesId: "B", year: 2001, value: 2 },
        { seriesId: "A", year: 2001, value: 1.5 },
        { seriesId: "C", year: 1999, value: 3 },
      ],
    });
    expect(changes).to.deep.equal([
      { at: "populationSummary.mean", before: 1, after: 2 },
      { at: "populationSummary.years", before: "2013, 2014", after: "2013" },
      { at: "bestYears[A].year", before: 2000, after: 2001 },
      { at: "bestYears[C].seriesId", before: undefined, after: "C" },
      { at: "bestYears[C].year", before: undefined, after: 1999 },
      { at: "bestYears[C].value", before: undefined, after: 3 },
    ]);
    const table = changesTable(changes, 3).split("\n");
    expect(table).to.include("| `bestYears[A].year` | `2000` | `2001` |");
    expect(table.at(-1)).to.equal("… and 3 more.");
  });
});
