import path from "node:path";

/** The project's folder. */
export const PROJECT = path.join(__dirname, "..");

/** A directory with BLS's real files and the real population, laid out like the sources; it may be missing. */
export const UPSTREAM_DIR =
  process.env.UPSTREAM_DIR ?? path.join(PROJECT, "..", "shared", "data", "upstream");
