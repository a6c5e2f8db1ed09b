import type { ServedFile, ServedFiles } from "@data-quest/local-sources/servedFolder";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { type Session, startSession } from "../../commands/session/session";
import { DATA_FILE, releaseBefore } from "./vintages";

/** The pipeline on this machine after two releases of BLS, so that its page has everything to show. */
export interface PublishedSite extends Session {
  upstream: SourceServer;
  /** What upstream serves; a change is seen on the next day. */
  files: ServedFiles;
}

/** Runs the pipeline on what the release before might have been, then on `files`. */
export async function publishSite(
  files: ServedFiles,
  settings: Record<string, string> = {},
): Promise<PublishedSite> {
  const upstream = await startSourceServer(files);
  const { blsUrl, populationUrl } = upstream;
  const session = await startSession({
    stack: "dev",
    settings: { contact: "site@example.org", batchWindowSeconds: "1", blsUrl, populationUrl, ...settings },
  });
  const latest = files.get(DATA_FILE) as ServedFile;
  files.set(DATA_FILE, releaseBefore(String(latest.content)));
  await session.runDay();
  files.set(DATA_FILE, latest);
  await session.runDay();
  return {
    ...session,
    upstream,
    files,
    async close() {
      await session.close();
      await upstream.close();
    },
  };
}
