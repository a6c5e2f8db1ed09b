import * as z from "zod";

/** Where a pull request's comments are, and who may write there. */
export interface PullRequest {
  /** e.g. `https://api.github.com`. */
  api: string;
  /** `<owner>/<name>`. */
  repository: string;
  number: number;
  token: string;
}

/** What a comment of ours begins with; it shows nowhere. */
const MARKER = "<!-- data-quest preview -->";
/** Who a workflow's token writes as: the marker may be anybody's. */
const USER = "github-actions[bot]";
const PER_PAGE = 100;

const comments = z.array(
  z.object({
    url: z.string(),
    body: z.string().nullish(),
    // Null when the account is gone.
    user: z.object({ login: z.string() }).nullish(),
  }),
);

/**
 * Writes the one comment that a pull request has of us: a new one, or over the one that is there.
 *
 * @throws Error with GitHub's own words where it refuses.
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
