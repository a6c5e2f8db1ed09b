import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";

/** A resource as the last deployment left it. For its inputs see `digestAssets` in `provider/assets.ts`. */
export type StoredResource = z.infer<typeof storedResource>;

/** Keeps a stack's resources between deployments, in the order of their creation. */
export interface StateStore {
  load(): Promise<StoredResource[]>;
  save(resources: readonly StoredResource[]): Promise<void>;
}

const properties = z.record(z.string(), z.unknown());

const storedResource = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  /** False for a component that consists of its children only. */
  managed: z.boolean(),
  id: z.string(),
  inputs: properties,
  outputs: properties,
  protect: z.boolean(),
  /** The `identity` of the provider that created or updated it last. */
  providerIdentity: z.string(),
  /** True for the old resource after a replacement: it still has to be deleted. */
  pendingDelete: z.boolean(),
});

/** Version 1 had other names for two fields. */
const storedResourceV1 = storedResource
  .omit({ providerIdentity: true, pendingDelete: true })
  .extend({ madeOn: z.string(), condemned: z.boolean() })
  .transform(
    ({ madeOn, condemned, ...resource }): StoredResource => ({
      ...resource,
      providerIdentity: madeOn,
      pendingDelete: condemned,
    }),
  );

const stateFile = z.discriminatedUnion("version", [
  z.object({ version: z.literal(2), resources: z.array(storedResource) }),
  z.object({ version: z.literal(1), resources: z.array(storedResourceV1) }),
]);

/** A state in a JSON file that only its owner can read: inputs may be secret. */
export function fileStateStore(file: string): StateStore {
  return {
    async load() {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (text === undefined) return [];
      try {
        return stateFile.parse(JSON.parse(text)).resources;
      } catch (error) {
        throw new Error(
          `The state in ${file} cannot be read. Delete the folder that holds it to start over.`,
          {
            cause: error,
          },
        );
      }
    },
    async save(resources) {
      const state: z.infer<typeof stateFile> = { version: 2, resources: [...resources] };
      // The rename makes the change atomic: an interrupted run must not leave half a file.
      await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}
