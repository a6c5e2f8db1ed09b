import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { runCommand } from "../../commands/shared/runCommand";
import { BUILT_CLI, findPulumi } from "./findPulumi";

/**
 * `npm run pulumi-cli`: builds the Pulumi CLI from its Go modules, for machines that cannot download its installer. Does
 * nothing if there is a CLI already (`PULUMI`, PATH, or an earlier build from this `go.mod`).
 *
 * The `replace` in go.mod is copied from Pulumi's: Go ignores the `replace` lines of a dependency.
 */
const command = new Command("npm run pulumi-cli")
  .description("Builds the Pulumi CLI with Go, unless it is installed already.")
  .action(build);

async function build(): Promise<void> {
  const version = await versionInGoMod();
  const found = await findPulumi();
  const foundVersion = found === undefined ? undefined : await output(found, ["version"]);
  if (found !== undefined && (found !== BUILT_CLI || foundVersion === version)) {
    console.log(`The Pulumi CLI is installed already: ${found}, ${foundVersion}.`);
    return;
  }
  console.log(`Building the Pulumi CLI ${version} with Go; the first build takes 6 to 8 minutes.`);
  const started = performance.now();
  await mkdir(path.dirname(BUILT_CLI), { recursive: true });
  // Without this flag the CLI reports a development version.
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  await output("go", [
    ...["build", "-o", BUILT_CLI, "-ldflags", flag],
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  ]);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`Built ${path.relative(process.cwd(), BUILT_CLI)} in ${seconds} s.`);
}

async function versionInGoMod(): Promise<string> {
  const text = await readFile(path.join(__dirname, "go.mod"), "utf8");
  const [, version] = /github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(text) ?? [];
  if (version === undefined)
    throw new Error("tools/pulumi-cli/go.mod does not require github.com/pulumi/pulumi/pkg/v3.");
  return version;
}

/** Runs a program in this folder and returns its output; its errors go to the terminal. */
async function output(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: __dirname, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, "close").catch((cause: unknown) => {
    throw new Error(
      `${program} cannot be started: install it (https://go.dev/dl/), or set PULUMI to the Pulumi CLI.`,
      {
        cause,
      },
    );
  });
  if (code !== 0) throw new Error(`${program} ${args[0]} exited with ${code}; see its errors above.`);
  return text.trim();
}

void runCommand(command);
