import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT_DIRECTORY } from "../../tools/directories";

/** The sources of the program and of its commands. */
const PARTS = [
  ...["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"],
  ...["infra", "functions", "analytics", "site", "commands", "packages", "tools"],
];

const MODULES = path.join(PROJECT_DIRECTORY, "node_modules");

/** A copy of the program in another folder, with links to the same packages. */
export interface ProjectCopy {
  directory: string;
  remove(): Promise<void>;
}

/**
 * Copies the program, so that a test can change sources and settings without touching the checkout.
 *
 * @param built whether to copy the build caches too, which saves a build.
 */
export async function copyProject({ built }: { built: boolean }): Promise<ProjectCopy> {
  const directory = await mkdtemp(path.join(tmpdir(), "data-quest-copy-"));
  await Promise.all(
    PARTS.map((part) =>
      cp(path.join(PROJECT_DIRECTORY, part), path.join(directory, part), { recursive: true }),
    ),
  );
  for (const part of built ? ["bundles", "typescript"] : []) {
    const cache = path.join("dist", "cache", part);
    if (existsSync(path.join(PROJECT_DIRECTORY, cache)))
      await cp(path.join(PROJECT_DIRECTORY, cache), path.join(directory, cache), { recursive: true });
  }
  await linkModules(directory);
  return { directory, remove: () => rm(directory, { recursive: true }) };
}

/** The npm scope of the packages under `packages/`. */
const WORKSPACES = "@data-quest";

/**
 * Links every installed package into a copy; workspace packages point to the copy's own sources. On Windows anyone may
 * create a junction, but only administrators a symbolic link.
 */
async function linkModules(directory: string): Promise<void> {
  const modules = path.join(directory, "node_modules");
  await mkdir(modules);
  const installed = (await readdir(MODULES)).filter((name) => name !== WORKSPACES && !name.endsWith(".json"));
  await Promise.all(
    installed.map((name) => symlink(path.join(MODULES, name), path.join(modules, name), "junction")),
  );
  await cp(path.join(MODULES, ".package-lock.json"), path.join(modules, ".package-lock.json"));
  await linkWorkspaces(directory);
}

async function linkWorkspaces(directory: string): Promise<void> {
  const scope = path.join(directory, "node_modules", WORKSPACES);
  await mkdir(scope);
  for (const name of await readdir(path.join(directory, "packages")))
    await symlink(path.join(directory, "packages", name), path.join(scope, name), "junction");
}

/**
 * Reinstalls the bundled packages in a copy's `node_modules`, as `npm ci` does: new files with new paths and times. All
 * others stay linked. Pulumi's SDK has to: two copies of it in one process do not recognise each other's resources.
 */
export async function reinstallModules({ directory }: Pick<ProjectCopy, "directory">): Promise<void> {
  const modules = path.join(directory, "node_modules");
  await rm(modules, { recursive: true });
  const { packages } = JSON.parse(
    await readFile(path.join(PROJECT_DIRECTORY, "package-lock.json"), "utf8"),
  ) as Lock;
  const reinstalled = findBundled(packages);
  for (const folder of Object.keys(packages).reverse()) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1];
    // Packages for other systems are not installed.
    if (name === undefined || name.startsWith(WORKSPACES) || !existsSync(path.join(MODULES, name))) continue;
    const target = path.join(modules, name);
    await mkdir(path.dirname(target), { recursive: true });
    if (reinstalled.has(name)) await cp(path.join(MODULES, name), target, { recursive: true });
    else await symlink(path.join(MODULES, name), target, "junction");
  }
  await linkWorkspaces(directory);
  await cp(path.join(MODULES, ".package-lock.json"), path.join(modules, ".package-lock.json"));
  // The caches were built from the previous packages.
  await rm(path.join(directory, "dist"), { recursive: true });
}

interface Lock {
  packages: Record<string, { dependencies?: Record<string, string> }>;
}

/** The packages that bundles may contain: the dependencies, and their dependencies. */
function findBundled(packages: Lock["packages"]): Set<string> {
  const own = Object.keys(packages[""]?.dependencies ?? {});
  const found = new Set(own.filter((name) => !name.startsWith("@pulumi/") && name !== "esbuild"));
  // A set also iterates over what is added during the iteration.
  for (const name of found) {
    // These are 80 MB that the bundles do not contain.
    if (name === "danfojs-node") continue;
    for (const needed of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) found.add(needed);
  }
  return found;
}
