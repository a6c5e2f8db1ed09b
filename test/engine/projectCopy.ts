import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT } from "../support/commands";

/** All that the program, and the commands that run it, are made of. */
const PARTS = [
  ...["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"],
  ...["infra", "functions", "analytics", "site", "local", "tools"],
];

/** The program in another folder, with the same `node_modules`. */
export interface ProjectCopy {
  directory: string;
  remove(): Promise<void>;
}

/** Copies the program, so that a run can write its settings and bundles without touching the checkout. */
export async function copyProject(): Promise<ProjectCopy> {
  const directory = await mkdtemp(path.join(tmpdir(), "data-quest-copy-"));
  await Promise.all(
    PARTS.map((part) => cp(path.join(PROJECT, part), path.join(directory, part), { recursive: true })),
  );
  // Windows lets anybody make a junction, and only administrators a symbolic link.
  await symlink(path.join(PROJECT, "node_modules"), path.join(directory, "node_modules"), "junction");
  return { directory, remove: () => rm(directory, { recursive: true }) };
}
