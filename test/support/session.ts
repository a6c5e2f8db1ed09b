import { sampleFiles } from "@data-quest/local-sources/sample";
import { type ServedFiles, SURVEYS, servedFile } from "@data-quest/local-sources/servedFolder";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { type Session, startSession } from "../../commands/session/session";
import { openBuckets, type TestBuckets } from "./buckets";

/** The whole pipeline on a local cloud, with the sample as its sources. */
export interface TestSession extends Session {
  sources: SourceServer;
  buckets: TestBuckets;
  /** All files that the sources serve, by path. */
  files: ServedFiles;
  /** Adds or changes a file of the `pr` survey, dated 2027-01-01 at `hour`. */
  setFile(name: string, text: string, hour: number): void;
  /** Removes a file of the `pr` survey. */
  removeFile(name: string): void;
}

/**
 * Starts the unchanged program with the settings of dev.
 *
 * @param others settings that override those of dev.
 */
export async function startTestSession(others: Record<string, string> = {}): Promise<TestSession> {
  const files = sampleFiles();
  const sources = await startSourceServer(files);
  const { blsUrl, populationUrl } = sources;
  const settings = {
    contact: "tests@example.org",
    blsUrl,
    populationUrl,
    ...others,
  };
  const session = await startSession({ stack: "dev", settings });
  const keyOf = (name: string) => `${SURVEYS}/pr/${name}`;
  return {
    ...session,
    sources,
    buckets: openBuckets(session.cloud, session.output("dataBucket"), session.output("stateBucket")),
    files,
    setFile: (name, text, hour) => {
      files.set(keyOf(name), servedFile(text, new Date(Date.UTC(2027, 0, 1, hour))));
    },
    removeFile: (name) => void files.delete(keyOf(name)),
    async close() {
      await session.close();
      await sources.close();
    },
  };
}
