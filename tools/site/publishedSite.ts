import type { ServedFile, ServedFiles } from "@data-quest/local-sources/servedFolder";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { type Session, startSession } from "../../commands/session/session";
import { DATA_FILE, previousRelease } from "./releases";

/** The pipeline on this machine after two BLS releases, so that its page can show changes. */
export interface PublishedSite extends Session {
  upstream: SourceServer;
  /** The files that `upstream` serves; the next run reads any changes. */
  files: ServedFiles;
}

/** Runs the pipeline on a made-up previous release, then on `files`. */
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
  files.set(DATA_FILE, previousRelease(String(latest.content)));
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
