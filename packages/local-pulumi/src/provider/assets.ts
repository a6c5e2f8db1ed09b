import "../pulumiSdk";
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Properties, ProviderError } from "./resourceType";

const { Archive, Asset, AssetArchive, FileArchive, FileAsset, StringAsset } = pulumi.asset;

/** Inputs as plain JSON: an asset is `{ asset: digest }`, an archive `{ archive: { path: digest } }`. */
export type DigestedInputs = Properties;

/** Identifies a content without containing it. */
interface Digest {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

/** The content of a string or file asset; a relative path starts at the working directory, as in Pulumi. */
export async function readAsset(asset: pulumi.asset.Asset): Promise<Buffer> {
  if (asset instanceof StringAsset) return Buffer.from(await asset.text);
  if (asset instanceof FileAsset) return readFile(await asset.path);
  throw new ProviderError("Remote assets are not supported: use a FileAsset or a StringAsset.");
}

/** An archive's files by their path in it, with forward slashes; sorted, so that their order does not matter. */
export async function readArchive(archive: pulumi.asset.Archive): Promise<Record<string, Buffer>> {
  const files = Object.fromEntries(await archiveEntries(archive));
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Inputs as plain JSON, with a digest for each file; for a state file, a comparison or a plan. */
export async function digestAssets(inputs: Properties): Promise<DigestedInputs> {
  return Object.fromEntries(
    await Promise.all(Object.entries(inputs).map(async ([key, value]) => [key, await digestValue(value)])),
  );
}

/** The properties that are neither an asset nor an archive: only these can be outputs. */
export function withoutAssets(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => !(Asset.isInstance(value) || Archive.isInstance(value))),
  );
}

async function digestValue(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(digestValue));
  if (Asset.isInstance(value)) return { asset: digest(await readAsset(value)) };
  if (Archive.isInstance(value)) {
    const files = Object.entries(await readArchive(value));
    return { archive: Object.fromEntries(files.map(([file, content]) => [file, digest(content)])) };
  }
  if (typeof value === "object" && value !== null) return digestAssets(value as Properties);
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
  throw new ProviderError("Remote archives are not supported: use an AssetArchive or a directory.");
}

async function directoryEntries(directory: string): Promise<[string, Buffer][]> {
  if (!(await stat(directory)).isDirectory()) {
    throw new ProviderError(
      `${directory} is a packed archive, which is not unpacked here: use an AssetArchive or a directory.`,
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

/** Archives have forward slashes and no leading `./`, on every system. */
function posix(file: string): string {
  return path.posix.normalize(file.replaceAll("\\", "/"));
}
