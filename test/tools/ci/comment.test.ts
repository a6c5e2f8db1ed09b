import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";

const PREVIEW = `Previewing update (dev):
 ~  aws:lambda:Function analyze update [diff: ~role]
      ~ role: "arn:aws:iam::123456789012:role/analyze-1a2b3c4" => "arn:aws:iam::123456789012:role/other"
      ~ CONTACT: "jo@example.org" => "ann@example.org"
Resources:
    ~ 1 to update
    58 unchanged
`;

describe("npm run pr-comment", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "comment-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function comment(...previews: string[]): Promise<string> {
    const reports = ["before", "after"].flatMap((name) => [`--${name}`, path.join(folder, `${name}.json`)]);
    const args = [...TYPESCRIPT, "tools/ci/comment.ts", ...reports, "--preview", ...previews];
    return (await promisify(execFile)(process.execPath, args, { cwd: PROJECT_DIRECTORY })).stdout;
  }

  it("shows the preview without ARNs, accounts and e-mail addresses", async () => {
    const file = path.join(folder, "preview.txt");
    await writeFile(file, PREVIEW);
    const text = await comment(`dev=${file}`);
    expect(text).to.include("<b>dev</b>: ~ 1 to update 58 unchanged");
    expect(text).to.include('~ role: "arn:…" => "arn:…"').and.to.include('~ CONTACT: "…" => "…"');
    expect(text).not.to.match(/\d{12}|@/);
  });

  it("says so if a preview or a report is missing", async () => {
    const text = await comment(`prod=${path.join(folder, "nothing.txt")}`);
    expect(text)
      .to.include("The preview is missing: see the job's log.")
      .and.to.include("A report is missing: see the job's log.");
  });
});
