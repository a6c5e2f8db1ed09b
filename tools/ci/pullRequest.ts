import * as z from "zod";

/** A pull request, and a token that may comment on it. */
export interface PullRequest {
  /** e.g. `https://api.github.com`. */
  api: string;
  /** `<owner>/<name>`. */
  repository: string;
  number: number;
  token: string;
}

/** How our comment begins; GitHub does not display it. */
const MARKER = "<!-- data-quest preview -->";
/** The author of comments written with a workflow's token. Anybody can write the marker. */
const USER = "github-actions[bot]";
const PER_PAGE = 100;

const comments = z.array(
  z.object({
    url: z.string(),
    body: z.string().nullish(),
    // Null if the account was deleted.
    user: z.object({ login: z.string() }).nullish(),
  }),
);

/**
 * Creates our comment on a pull request, or updates the existing one.
 *
 * @throws Error with GitHub's answer if GitHub refuses the request.
 */
export async function putComment(pull: PullRequest, text: string): Promise<"created" | "updated"> {
  const list = `${pull.api}/repos/${pull.repository}/issues/${pull.number}/comments`;
  const body = `${MARKER}\n${text}`;
  const ours = await findOurs(pull, list);
  if (ours === undefined) {
    await request(pull, "POST", list, { body });
    return "created";
  }
  await request(pull, "PATCH", ours, { body });
  return "updated";
}

async function findOurs(pull: PullRequest, list: string): Promise<string | undefined> {
  for (let page = 1; ; page++) {
    const answer = await request(pull, "GET", `${list}?per_page=${PER_PAGE}&page=${page}`);
    const found = comments.parse(answer);
    const ours = found.find(({ body, user }) => user?.login === USER && body?.startsWith(MARKER));
    if (ours !== undefined) return ours.url;
    if (found.length < PER_PAGE) return undefined;
  }
}

async function request(
  { token }: PullRequest,
  method: string,
  url: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
