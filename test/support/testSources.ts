import {
  type ServedFile,
  type ServedFiles,
  SURVEYS,
  servedFile,
} from "@data-quest/local-sources/servedFolder";
import {
  type SourceServer,
  type SourceServerOptions,
  startSourceServer,
} from "@data-quest/local-sources/server";

/** A `User-Agent` that BLS accepts. */
export const USER_AGENT = "data-quest tests (tests@example.org)";

/** The date of the first file of {@link TestSources}; each further change is dated an hour later. */
export const FIRST_CHANGE = new Date("2026-01-05T13:30:00Z");

/** A source server with a few small in-memory files, which tests can change while it runs. */
export interface TestSources extends SourceServer {
  /** All files that are served. */
  readonly files: ServedFiles;
  /** Address of the survey's folder, with `/` at its end. */
  readonly surveyUrl: string;
  addFile(name: string, text: string): void;
  /** Replaces the text of an existing file, and gives it a later date. */
  changeFile(name: string, text: string): void;
  removeFile(name: string): void;
}

/** Starts a source server with one survey and a population. */
export async function startTestSources(
  texts: Readonly<Record<string, string>> = SMALL_SURVEY,
  { survey = "pr", ...options }: SourceServerOptions & { survey?: string } = {},
): Promise<TestSources> {
  const files: ServedFiles = new Map();
  let changes = 0;
  const dated = (text: string) => servedFile(text, new Date(FIRST_CHANGE.getTime() + changes++ * 3_600_000));
  const key = (name: string) => `${SURVEYS}/${survey}/${name}`;
  const existing = (name: string) => {
    if (!files.has(key(name))) throw new Error(`The test's sources have no file ${key(name)}.`);
    return key(name);
  };

  for (const [name, text] of Object.entries(texts)) files.set(key(name), dated(text));
  files.set("population.json", dated(SMALL_POPULATION));
  const server = await startSourceServer(files, options);
  return {
    ...server,
    files,
    surveyUrl: `${server.blsUrl}${survey}/`,
    addFile: (name, text) => void files.set(key(name), dated(text)),
    changeFile: (name, text) => void files.set(existing(name), dated(text)),
    removeFile: (name) => void files.delete(existing(name)),
  };
}

/** A file of any size, generated while it is read; its lines are numbered, so all its parts differ. */
export function generatedFile(size: number, modified = FIRST_CHANGE): ServedFile {
  function* content() {
    let left = size;
    for (let line = 0; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, 65_536));
      for (let at = 0; at < chunk.length; at += 16)
        chunk.write(`${String(line++).padStart(15)}\n`, at, "latin1");
      left -= chunk.length;
      yield chunk;
    }
  }
  return { modified, size, content };
}

/** The smallest survey with every case: two series, a tie, a revision and a file that never changes. */
export const SMALL_SURVEY: Readonly<Record<string, string>> = {
  "pr.data.0.Current": [
    "series_id        \tyear\tperiod\t       value\tfootnote_codes",
    "PRS30006011      \t2017\tQ01\t         0.1\t",
    "PRS30006011      \t2017\tQ02\t         0.2\t",
    "PRS30006011      \t2018\tQ01\t         0.3\t",
    "PRS30006032      \t2018\tQ01\t         1.9\tR",
    "",
  ].join("\r\n"),
  "pr.period": "period\tperiod_abbr\tperiod_name\r\nQ01\tQTR1\t1st Quarter\r\nQ02\tQTR2\t2nd Quarter\r\n",
  "pr.txt": "A small survey.\r\n",
};

const SMALL_POPULATION = JSON.stringify({
  annotations: { source_name: "Census Bureau", table_id: "B01003" },
  page: { limit: 0, offset: 0, total: 1 },
  columns: ["Nation ID", "Nation", "Year", "Population"],
  data: [{ "Nation ID": "01000US", Nation: "United States", Year: 2018, Population: 327167439 }],
});
