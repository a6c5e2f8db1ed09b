import { sampleFiles } from "@data-quest/local-sources/sample";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { type SourceFiles, SURVEYS, sourceFile } from "@data-quest/local-sources/source";
import { type Session, startSession } from "../../commands/session/session";
import { openBuckets, type TestBuckets } from "./buckets";

/** The whole pipeline, deployed to a local cloud, on the sample upstream. */
export interface TestSession extends Session {
  upstream: SourceServer;
  buckets: TestBuckets;
  /** What the upstream serves; its `pr` files by name. */
  files: SourceFiles;
  /** Adds a file to the survey's folder, or changes one, dated by the hour of 2027-01-01. */
  setFile(name: string, text: string, hour: number): void;
  removeFile(name: string): void;
}

/**
 * Starts the unchanged program with the settings of dev.
 *
 * @param others settings that are to be others too.
 */
export async function startTestSession(others: Record<string, string> = {}): Promise<TestSession> {
  const files = sampleFiles();
  const upstream = await startSourceServer(files);
  const { blsUrl, populationUrl } = upstream;
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
    upstream,
    buckets: openBuckets(session.cloud, session.output("dataBucket"), session.output("stateBucket")),
    files,
    setFile: (name, text, hour) => {
      files.set(keyOf(name), sourceFile(text, new Date(Date.UTC(2027, 0, 1, hour))));
    },
    removeFile: (name) => void files.delete(keyOf(name)),
    async close() {
      await session.close();
      await upstream.close();
    },
  };
}
