import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { runCommand } from "../../commands/shared/runCommand";
import { toPublicText } from "../../functions/shared/errors";
import { putComment } from "./pullRequest";
import { changesTable, compareReports } from "./reportDiff";

interface Options {
  preview: string[];
  before: string;
  after: string;
  post?: true;
}

/** GitHub allows 65,536 characters in a comment. */
const PREVIEW_CHARACTERS = 20_000;
const TABLE_ROWS = 60;

/** `npm run pr-comment`: writes one comment with what a change does to each environment and to the report. */
const command = new Command("npm run pr-comment --")
  .description(
    "Prints in Markdown what a change does; with --post, writes it to a comment on the pull request.",
  )
  .option("--preview <stack=file...>", "the output of `npm run stack -- preview STACK`", [])
  .requiredOption("--before <file>", "the report on the sample, from the code before the change")
  .requiredOption("--after <file>", "the same, from the changed code")
  .option(
    "--post",
    "comment on the pull request (PULL_REQUEST, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_API_URL)",
  )
  .action(comment);

async function comment(options: Options): Promise<void> {
  const text = await compose(options);
  if (!options.post) {
    console.log(text);
    return;
  }
  const done = await putComment(
    {
      api: process.env.GITHUB_API_URL ?? "https://api.github.com",
      repository: requireVariable("GITHUB_REPOSITORY"),
      number: Number(requireVariable("PULL_REQUEST")),
      token: requireVariable("GITHUB_TOKEN"),
    },
    text,
  );
  console.log(`The comment is ${done}.`);
}

async function compose({ preview, before, after }: Options): Promise<string> {
  const previews = await Promise.all(preview.map(previewSection));
  const [old, now] = await Promise.all([before, after].map(readReport));
  const changes =
    old === undefined || now === undefined
      ? "A report is missing: see the job's log."
      : changesTable(compareReports(old, now), TABLE_ROWS);
  return ["## What this changes", ...previews, "### The report on the sample", changes].join("\n\n");
}

async function previewSection(pair: string): Promise<string> {
  const [stack = "", file = ""] = pair.split("=", 2);
  const found = (await readIfThere(file))?.trim();
  // A public repository's comments are public: without ARNs, the account and e-mail addresses.
  const output = toPublicText(found ?? "The preview is missing: see the job's log.");
  // Cut the beginning, because the counts come last.
  const shown = output.length > PREVIEW_CHARACTERS ? `… cut …\n${output.slice(-PREVIEW_CHARACTERS)}` : output;
  const summary = /^Resources:\n((?: +.+\n?)+)/m.exec(output)?.[1]?.trim().replaceAll(/\s+/g, " ");
  return [
    `<details><summary><b>${stack}</b>: ${summary ?? "no preview"}</summary>`,
    `\`\`\`\`diff\n${shown}\n\`\`\`\``,
    "</details>",
  ].join("\n\n");
}

async function readReport(file: string): Promise<unknown> {
  const text = await readIfThere(file);
  return text ? JSON.parse(text) : undefined;
}

/** A file is missing if an earlier step failed. The comment has to say so, so this step must not fail too. */
async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`--post needs the environment variable ${name}.`);
  return value;
}

void runCommand(command);
