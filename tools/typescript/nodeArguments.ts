import path from "node:path";

/** Node's arguments for running this project's TypeScript; a file or `-e` follows them. */
export const TYPESCRIPT: readonly string[] = ["-r", path.join(__dirname, "register.cjs")];
