import path from "node:path";

/** The project's folder: the one that holds `Pulumi.yaml`. */
export const PROJECT_DIRECTORY = path.join(__dirname, "..", "..");
