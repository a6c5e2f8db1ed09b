import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** A Pulumi project with the configuration of one stack, as `pulumi up` would pass it to the program. */
export interface Project {
  name: string;
  stack: string;
  /** Absolute path of the folder that holds `Pulumi.yaml`. */
  directory: string;
  /** Absolute path of the program. */
  program: string;
  /** `<namespace>:<key>` → the text that `pulumi config get` prints (JSON for lists and objects). */
  config: Record<string, string>;
}

/** A project file cannot be used; the message says which one, why, and what to do. */
export class ProjectError extends Error {
  override name = "ProjectError";
}

/**
 * Reads `Pulumi.yaml` (name, program, defaults) and `Pulumi.<stack>.yaml` (values). `overrides` replace the values of
 * both; `fallbacks` apply to keys that neither sets. A key without a namespace belongs to the project.
 *
 * @throws ProjectError if a file is missing or malformed, or a value is encrypted.
 */
export async function readProject(
  directory: string,
  stack: string,
  overrides: Record<string, string> = {},
  fallbacks: Record<string, string> = {},
): Promise<Project> {
  const root = path.resolve(directory);
  const project = await readYaml(path.join(root, "Pulumi.yaml"), projectSchema);
  const values = await readStack(root, stack);
  const qualified = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);
  const config: Record<string, string> = {};
  const set = (key: string, value: unknown) => {
    if (value !== undefined && value !== null) config[qualified(key)] = asText(value);
  };
  for (const [key, value] of Object.entries(fallbacks)) set(key, value);
  for (const [key, declaration] of Object.entries(project.config)) set(key, declaredValue(declaration));
  const overridden = new Set(Object.keys(overrides).map(qualified));
  for (const [key, value] of Object.entries(values)) {
    if (overridden.has(qualified(key))) continue;
    if (isEncrypted(value)) {
      throw new ProjectError(
        `${key} in Pulumi.${stack}.yaml is encrypted, and only Pulumi has the key. Set another value for this run.`,
      );
    }
    set(key, value);
  }
  for (const [key, value] of Object.entries(overrides)) set(key, value);
  return { name: project.name, stack, directory: root, program: path.resolve(root, project.main), config };
}

const projectSchema = z.object({
  name: z.string(),
  main: z.string().default("index.ts"),
  config: z.record(z.string(), z.unknown()).default({}),
});

const stackSchema = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullable();

async function readStack(root: string, stack: string): Promise<Record<string, unknown>> {
  const file = `Pulumi.${stack}.yaml`;
  const files = await readdir(root);
  if (!files.includes(file)) {
    const stacks = files.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new ProjectError(
      `There is no ${file}, so there is no stack '${stack}'. The stacks here: ${stacks.join(", ") || "none"}.`,
    );
  }
  return (await readYaml(path.join(root, file), stackSchema))?.config ?? {};
}

async function readYaml<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ProjectError(`${path.basename(file)} cannot be read: ${reason}`, { cause: error });
  }
}

/** `Pulumi.yaml` declares a key with `type` and `default`, sets it with `value`, or gives the bare value. */
function declaredValue(declaration: unknown): unknown {
  if (typeof declaration !== "object" || declaration === null || Array.isArray(declaration))
    return declaration;
  if ("value" in declaration) return declaration.value;
  return "default" in declaration ? declaration.default : undefined;
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
