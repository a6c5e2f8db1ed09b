import "../program/pulumiSdk";
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Properties, ProviderError } from "./resourceType";

const { Archive, Asset, AssetArchive, FileArchive, FileAsset, StringAsset } = pulumi.asset;

/** Inputs as plain JSON: each asset is `{ asset: digest }`, each archive `{ archive: { path: digest } }`. */
export type Recorded = Properties;

/** What tells one content from another, without the content. */
export interface Digest {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

/** The content of a string or file asset; a relative path counts from the working directory, as in Pulumi. */
export async function readAsset(asset: pulumi.asset.Asset): Promise<Buffer> {
  if (asset instanceof StringAsset) return Buffer.from(await asset.text);
  if (asset instanceof FileAsset) return readFile(await asset.path);
  throw new ProviderError("A remote asset is not fetched here: use a FileAsset or a StringAsset.");
}

/** An archive's files by their path in it, with forward slashes; sorted, so that order never makes a difference. */
export async function readArchive(archive: pulumi.asset.Archive): Promise<Record<string, Buffer>> {
  const files = Object.fromEntries(await archiveEntries(archive));
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Plain JSON of any inputs, for a state file, a comparison or a plan. */
export async function record(inputs: Properties): Promise<Recorded> {
  return Object.fromEntries(
    await Promise.all(Object.entries(inputs).map(async ([key, value]) => [key, await recordValue(value)])),
  );
}

/** The properties that hold no asset or archive: those that can be outputs as they are. */
export function withoutAssets(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => !(Asset.isInstance(value) || Archive.isInstance(value))),
  );
}

async function recordValue(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(recordValue));
  if (Asset.isInstance(value)) return { asset: digest(await readAsset(value)) };
  if (Archive.isInstance(value)) {
    const files = Object.entries(await readArchive(value));
    return { archive: Object.fromEntries(files.map(([file, content]) => [file, digest(content)])) };
  }
  if (typeof value === "object" && value !== null) return record(value as Properties);
  return value;
}

function digest(content: Buffer): Digest {
  return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

async function archiveEntries(archive: pulumi.asset.Archive): Promise<[string, Buffer][]> {
  if (archive instanceof AssetArchive) {
    const parts = Object.entries(await archive.assets).map(async ([name, part]) => {
      if (!Archive.isInstance(part)) return [[posix(name), await readAsset(part)] as [string, Buffer]];
      const inner = await archiveEntries(part);
      return inner.map(([file, content]): [string, Buffer] => [path.posix.join(posix(name), file), content]);
    });
    return (await Promise.all(parts)).flat();
  }
  if (archive instanceof FileArchive) return directoryEntries(await archive.path);
  throw new ProviderError("A remote archive is not fetched here: use an AssetArchive or a directory.");
}

async function directoryEntries(directory: string): Promise<[string, Buffer][]> {
  if (!(await stat(directory)).isDirectory()) {
    throw new ProviderError(
      `The archive ${directory} is not unpacked here: use an AssetArchive or a directory.`,
    );
  }
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(
      async (file): Promise<[string, Buffer]> => [
        posix(path.relative(directory, file)),
        await readFile(file),
      ],
    ),
  );
}

/** Archives hold forward slashes and no leading `./`, on every system. */
function posix(file: string): string {
  return path.posix.normalize(file.replaceAll("\\", "/"));
}
