import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { FunctionEnvironment, type Outcome } from "@data-quest/local-aws/lambda/functionEnvironment";
import { type ServedFiles, SURVEYS, servedFile } from "@data-quest/local-sources/servedFolder";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { expect } from "chai";
import { type Manifest, readManifest } from "../../../functions/dataset/manifest";
import { statusKey, surveyPart, surveyPrefix } from "../../../functions/shared/keys";
import type { Status } from "../../../functions/shared/status";
import type { SyncDatasetVariables } from "../../../functions/syncDataset";
import { bundle } from "../../../infra/bundle";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

/** The texts of a survey's files, by name. */
export type Vintage = Readonly<Record<string, string>>;

/** Addresses of S3 and upstream for a process of the function; either directly, or through relays. */
export interface Addresses {
  s3: string;
  upstream: string;
}

/**
 * Runs the bundle that `pulumi up` deploys, in processes like those of the local cloud. Each test has its own
 * survey, so that tests do not affect each other.
 */
export class SyncFunction {
  #processes = 0;

  private constructor(
    readonly buckets: TestBuckets,
    readonly upstream: SourceServer,
    private readonly files: ServedFiles,
    private readonly directory: string,
  ) {}

  static async start(): Promise<SyncFunction> {
    const directory = await mkdtemp(path.join(tmpdir(), "reliability-"));
    bundle("functions/syncDataset.ts", path.join("dist", "syncDataset.js"));
    const files: ServedFiles = new Map();
    return new SyncFunction(await startTestBuckets(), await startSourceServer(files), files, directory);
  }

  async close(): Promise<void> {
    await this.upstream.close();
    await this.buckets.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  get addresses(): Addresses {
    return { s3: this.buckets.cloud.endpoint, upstream: new URL(this.upstream.blsUrl).origin };
  }

  /** Replaces a survey's files upstream; new and changed ones get this date. */
  serve(survey: string, vintage: Vintage, date: Date): void {
    const folder = `${SURVEYS}/${survey}/`;
    for (const key of this.files.keys()) {
      if (key.startsWith(folder) && !(key.slice(folder.length) in vintage)) this.files.delete(key);
    }
    for (const [name, text] of Object.entries(vintage)) {
      const there = this.files.get(folder + name);
      if (String(there?.content) !== text) this.files.set(folder + name, servedFile(text, date));
    }
  }

  /** Starts a process of the function; the caller stops it, with SIGKILL. */
  launch({ s3, upstream }: Addresses): FunctionEnvironment {
    const name = "syncDataset";
    const { cloud, dataBucket, stateBucket } = this.buckets;
    return new FunctionEnvironment({
      configuration: {
        name,
        files: {},
        handler: `${name}.handler`,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        roleArn: "",
        timeoutSeconds: 60,
        memoryMiB: 512,
        environment: {
          BLS_URL: `${upstream}/${SURVEYS}/`,
          CONTACT: "tests@example.org",
          DATA_BUCKET: dataBucket,
          STATE_BUCKET: stateBucket,
          MAX_DELETES: "5",
          MAX_DELETE_PERCENT: "50",
          VERIFY_EVERY_DAYS: "0",
          POWERTOOLS_LOG_LEVEL: "SILENT",
        } satisfies SyncDatasetVariables & { POWERTOOLS_LOG_LEVEL: string },
      },
      functionArn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`,
      codeDir: path.join(PROJECT_DIRECTORY, "dist"),
      tempDir: path.join(this.directory, `tmp-${this.#processes++}`),
      endpoint: s3,
      region: cloud.region,
      credentials: cloud.operator,
      logGroup: name,
      logStream: name,
      onLine: () => {},
    });
  }

  /** Syncs the survey in a process; never rejects. */
  run(process: FunctionEnvironment, survey: string): Promise<Outcome> {
    return process.invoke(survey, JSON.stringify({ survey }));
  }

  /** Expects the survey's mirror to equal upstream, and manifest, status and ETags to agree. */
  async expectConverged(survey: string, vintage: Vintage): Promise<void> {
    const prefix = surveyPrefix(survey);
    const names = (await this.buckets.keys(prefix)).map((key) => key.slice(prefix.length));
    const texts = await Promise.all(names.map((name) => this.buckets.read(prefix + name)));
    expect(Object.fromEntries(names.map((name, index) => [name, texts[index]]))).to.deep.equal(vintage);
    const { files } = await this.manifest(survey);
    const versions = await this.versions(survey);
    const current = versions.filter(({ isLatest }) => isLatest).map(({ name, etag }) => [name, etag]);
    expect(Object.entries(files).map(([name, { etag }]) => [name, etag])).to.have.deep.members(current);
    const { ok, error } = await this.buckets.readJson<Status>(statusKey(surveyPart(survey)));
    expect({ ok, error }).to.deep.equal({ ok: true, error: null });
  }

  async manifest(survey: string): Promise<Manifest> {
    return (await readManifest(this.buckets.state, survey)).manifest;
  }

  /** Every version of the survey's objects, one per upload. */
  async versions(survey: string): Promise<{ name: string; etag: string; isLatest: boolean }[]> {
    const { s3, dataBucket } = this.buckets;
    const Prefix = surveyPrefix(survey);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: dataBucket, Prefix }));
    return Versions.map(({ Key = "", ETag = "", IsLatest = false }) => {
      return { name: Key.slice(Prefix.length), etag: ETag, isLatest: IsLatest };
    });
  }
}
