import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plan, PlanOptions } from "@data-quest/local-pulumi/program/plan";
import { hash, readIfThere, replaceFile } from "../../infra/bundleCache";

/** Everything that a plan is made from: the program, what it packs into functions, and what runs it. */
const SOURCES = [
  "index.ts",
  "analytics",
  "functions",
  "infra",
  "commands",
  "packages",
  "site",
  "tools",
  "tsconfig.json",
];
/** npm's record of what it installed; without it nothing can be known to be the same. */
const INSTALLED = path.join("node_modules", ".package-lock.json");
/** Variables that Pulumi's SDK, its AWS provider or the program read. */
const VARIABLES = /^(AWS|PULUMI)_/;

/** A plan that was kept, with the hash of everything that it depends on. */
interface Kept {
  sources: string;
  plan: Plan;
}

/**
 * Makes a plan, or returns what an earlier run made with the same options if every source file, every setting, what is
 * installed and the environment's variables are the same: loading Pulumi's SDK takes longer than reading all of them.
 * Plans are kept below `dist/cache/`.
 *
 * @throws what `make` throws.
 */
export async function planOnce(
  options: PlanOptions,
  environment: Readonly<Record<string, string | undefined>>,
  make: (options: PlanOptions) => Promise<Plan>,
): Promise<Plan> {
  const { directory, ...rest } = options;
  const file = path.join(directory, "dist", "cache", "plans", `${hash(JSON.stringify(rest))}.json`);
  const before = hashSources(directory, environment);
  const kept = before === undefined ? undefined : readKept(file);
  if (kept !== undefined && kept.sources === before) return kept.plan;
  const plan = await make(options);
  // A source that was edited meanwhile may not be what the plan was made from.
  const isSame = before !== undefined && hashSources(directory, environment) === before;
  if (isSame) replaceFile(file, JSON.stringify({ sources: before, plan } satisfies Kept));
  return plan;
}

function hashSources(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const names = readdirSync(directory);
  const settings = names.filter((name) => /^(Pulumi\..*yaml|package\.json)$/.test(name)).sort();
  const files = [...SOURCES, ...settings]
    .filter((name) => names.includes(name))
    .flatMap((name) => filesOf(directory, name));
  const installed = readIfThere(path.join(directory, INSTALLED));
  if (installed === undefined) return undefined;
  const contents = files.map((name) => [name, hash(readFileSync(path.join(directory, name)))]);
  const variables = Object.entries(environment)
    .filter(([name]) => VARIABLES.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hash(JSON.stringify([process.version, hash(installed), contents, variables]));
}

/** A file itself, or the files below a folder, sorted. */
function filesOf(directory: string, name: string): string[] {
  if (/\.\w+$/.test(name)) return [name];
  return readdirSync(path.join(directory, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Undefined where no plan was kept, or none that can be read. */
function readKept(file: string): Kept | undefined {
  const text = readIfThere(file);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
