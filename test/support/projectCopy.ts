import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT } from "./commands";

/** All that the program, and the commands that run it, are made of. */
const PARTS = [
  ...["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"],
  ...["infra", "functions", "analytics", "site", "local", "tools"],
];

const MODULES = path.join(PROJECT, "node_modules");

/** The program in another folder, with the same `node_modules`. */
export interface ProjectCopy {
  directory: string;
  remove(): Promise<void>;
}

/**
 * Copies the program, so that a run can write its settings and bundles without touching the checkout.
 *
 * @param built whether to copy what has been built from it too, so that it is not built again.
 */
export async function copyProject({ built }: { built: boolean }): Promise<ProjectCopy> {
  const directory = await mkdtemp(path.join(tmpdir(), "data-quest-copy-"));
  await Promise.all(
    PARTS.map((part) => cp(path.join(PROJECT, part), path.join(directory, part), { recursive: true })),
  );
  for (const part of built ? ["bundles", "typescript"] : []) {
    const cache = path.join("dist", "cache", part);
    if (existsSync(path.join(PROJECT, cache)))
      await cp(path.join(PROJECT, cache), path.join(directory, cache), { recursive: true });
  }
  // Windows lets anybody make a junction, and only administrators a symbolic link.
  await symlink(MODULES, path.join(directory, "node_modules"), "junction");
  return { directory, remove: () => rm(directory, { recursive: true }) };
}

/**
 * Puts all that the functions' bundles are made of into a copy's `node_modules` anew, as `npm ci` does: other files at
 * another place, with other times. The rest stays linked, Pulumi's SDK above all: two of them in one process do not know
 * each other's resources.
 */
export async function reinstallModules({ directory }: Pick<ProjectCopy, "directory">): Promise<void> {
  const modules = path.join(directory, "node_modules");
  await rm(modules);
  const { packages } = JSON.parse(await readFile(path.join(PROJECT, "package-lock.json"), "utf8")) as Lock;
  const anew = bundled(packages);
  for (const folder of Object.keys(packages).reverse()) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1];
    // What another system needs is not installed.
    if (name === undefined || !existsSync(path.join(MODULES, name))) continue;
    const target = path.join(modules, name);
    await mkdir(path.dirname(target), { recursive: true });
    if (anew.has(name)) await cp(path.join(MODULES, name), target, { recursive: true });
    else await symlink(path.join(MODULES, name), target, "junction");
  }
  await cp(path.join(MODULES, ".package-lock.json"), path.join(modules, ".package-lock.json"));
  // What was built from the modules of before proves nothing.
  await rm(path.join(directory, "dist"), { recursive: true });
}

interface Lock {
  packages: Record<string, { dependencies?: Record<string, string> }>;
}

/** The dependencies that the functions can have, and theirs. */
function bundled(packages: Lock["packages"]): Set<string> {
  const own = Object.keys(packages[""]?.dependencies ?? {});
  const found = new Set(own.filter((name) => !name.startsWith("@pulumi/") && name !== "esbuild"));
  // A set hands out what is added to it while it is gone through.
  for (const name of found) {
    // 80 MB, of which the bundles take nothing.
    if (name === "danfojs-node") continue;
    for (const needed of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) found.add(needed);
  }
  return found;
}
