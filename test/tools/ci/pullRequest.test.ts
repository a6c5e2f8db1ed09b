import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { type PullRequest, putComment } from "../../../tools/ci/pullRequest";

const BY_BOT = { user: { login: "github-actions[bot]" } };
const BY_HAND = { user: { login: "another[bot]" } };

describe("a pull request's comment", () => {
  let server: Server;
  let pull: PullRequest;
  let comments: { url: string; body: string; user: { login: string } | null }[];
  let requests: string[];

  /** GitHub's API for comments, 100 a page. */
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

  it("is created once, and updated from then on", async () => {
    comments.push({ ...BY_HAND, url: `${pull.api}/comments/0`, body: "Looks good." });
    expect(await putComment(pull, "first")).to.equal("created");
    expect(await putComment(pull, "second")).to.equal("updated");
    expect(comments.map(({ body }) => body.split("\n").at(-1))).to.deep.equal(["Looks good.", "second"]);
  });

  it("is found after a hundred others", async () => {
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

  it("is not confused with somebody else's that looks like it", async () => {
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

  it("fails with GitHub's answer if GitHub refuses it", async () => {
    const error = await putComment({ ...pull, token: "wrong" }, "text").catch((reason: Error) => reason);
    expect(String(error)).to.include("401 Bad credentials");
  });
});
