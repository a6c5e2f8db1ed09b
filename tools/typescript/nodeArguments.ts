import path from "node:path";

/** Node's arguments for a process that runs this project's TypeScript; its file or `-e` comes after them. */
export const TYPESCRIPT: readonly string[] = ["-r", path.join(__dirname, "register.cjs")];
