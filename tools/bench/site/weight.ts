import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePage } from "../../../infra/bundle";
import { SITE_FILES } from "../../../infra/site";
import { PROJECT_DIRECTORY } from "../../directories";

/** The size of one of the page's files, in bytes. */
export interface FileWeight {
  name: string;
  bytes: number;
  /** Size with gzip level 9, as from a server that compresses; S3 itself does not. */
  compressed: number;
}

/** Builds the page and weighs the files that a first visit loads. */
export function weighPage(): FileWeight[] {
  bundlePage("site", "dist/site");
  return Object.entries(SITE_FILES)
    .filter(([name]) => name !== "404.html")
    .map(([name, file]) => {
      const content = readFileSync(path.join(PROJECT_DIRECTORY, file));
      return { name, bytes: content.length, compressed: gzipSync(content, { level: 9 }).length };
    });
}
