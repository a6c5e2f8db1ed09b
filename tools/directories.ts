import path from "node:path";
import { PROJECT_DIRECTORY } from "../commands/shared/project";

export { PROJECT_DIRECTORY };

/** A directory with BLS's real files and the real population, laid out like the sources; it may be missing. */
export const UPSTREAM_DIR =
  process.env.UPSTREAM_DIR ?? path.join(PROJECT_DIRECTORY, "..", "shared", "data", "upstream");
