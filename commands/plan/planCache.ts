import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plan, PlanOptions } from "@data-quest/local-pulumi/program/plan";
import { hash, readIfThere, readKept, replaceFile } from "../../infra/bundleCache";

/** Everything that a plan depends on: the program, the contents of its functions, and the code that runs it. */
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
/** npm's record of the installed packages; without it no plan is reused. */
const INSTALLED = path.join("node_modules", ".package-lock.json");
/** Variables that Pulumi's SDK, its AWS provider and the program read. */
const VARIABLES = /^(AWS|PULUMI)_/;

/** A cached plan, with the hash of everything it depends on. */
interface CachedPlan {
  hash: string;
  plan: Plan;
}

/**
 * Creates a plan, or returns the cached one of an earlier run with the same options, source files, settings, installed
 * packages and relevant variables. Hashing all of those is faster than loading Pulumi's SDK. Plans are cached below
 * `dist/cache/`.
 *
 * @throws errors of `create`.
 */
export async function planOnce(
  options: PlanOptions,
  environment: Readonly<Record<string, string | undefined>>,
  create: (options: PlanOptions) => Promise<Plan>,
): Promise<Plan> {
  const { directory, ...rest } = options;
  const file = path.join(directory, "dist", "cache", "plans", `${hash(JSON.stringify(rest))}.json`);
  const before = hashDependencies(directory, environment);
  const cached = before === undefined ? undefined : readKept<CachedPlan>(file);
  if (cached !== undefined && cached.hash === before) return cached.plan;
  const plan = await create(options);
  // If a source was edited in the meantime, the plan may be of either version.
  const isSame = before !== undefined && hashDependencies(directory, environment) === before;
  if (isSame) replaceFile(file, JSON.stringify({ hash: before, plan } satisfies CachedPlan));
  return plan;
}

/** Undefined if npm has not recorded the installed packages. */
function hashDependencies(
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

/** The file itself, or the files below a folder, sorted. */
function filesOf(directory: string, name: string): string[] {
  if (/\.\w+$/.test(name)) return [name];
  return readdirSync(path.join(directory, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}
