import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";

/** A resource as it was last made. Inputs are recorded: see `record` in `provider/assets.ts`. */
export type StoredResource = z.infer<typeof storedResource>;

/** Where a stack's resources are kept between deployments, in the order in which they were made. */
export interface StateStore {
  load(): Promise<StoredResource[]>;
  save(resources: readonly StoredResource[]): Promise<void>;
}

const properties = z.record(z.string(), z.unknown());

const storedResource = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  /** False for a component that has nothing in the cloud. */
  managed: z.boolean(),
  id: z.string(),
  inputs: properties,
  outputs: properties,
  protect: z.boolean(),
  /** The provider's `identity` when it was made. */
  madeOn: z.string(),
  /** What a resource was before it was replaced: still to be deleted. */
  condemned: z.boolean(),
});

const stateFile = z.object({ version: z.literal(1), resources: z.array(storedResource) });

/** A state in a JSON file, readable by its owner alone: inputs can be secret. */
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
          `The state in ${file} cannot be read. Delete the folder that it is in to start anew.`,
          {
            cause: error,
          },
        );
      }
    },
    async save(resources) {
      const state: z.infer<typeof stateFile> = { version: 1, resources: [...resources] };
      // A run that is cut off must not leave half a file.
      await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}
