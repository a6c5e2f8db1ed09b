import { createHash } from "node:crypto";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { expect } from "chai";
import { type Manifest, readManifest } from "../../../functions/dataset/manifest";
import { type SyncSummary, syncSurvey } from "../../../functions/dataset/sync";
import { messageOf } from "../../../functions/shared/errors";
import { statusKey, surveyPart, surveyPrefix } from "../../../functions/shared/keys";
import type { Status } from "../../../functions/shared/status";
import { createUpstreamClient, type UpstreamClientOptions } from "../../../functions/shared/upstream";
import { openBuckets, type TestBuckets } from "../../support/buckets";
import { startTestSources, type TestSources } from "../../support/testSources";

/** How a run ended: its summary, or its error message. */
export type Outcome = { summary: SyncSummary; error?: never } | { error: string; summary?: never };

export const PREFIX = surveyPrefix("pr");
const DAY = 24 * 3_600_000;
let scenarios = 0;

/** The real sync from an in-memory upstream to its own two buckets, with the checks that hold after any run. */
export class Scenario {
  /** MD5s of all contents that upstream ever had, by file name. */
  readonly #vintages = new Map<string, Set<string>>();
  #runs = 0;

  private constructor(
    readonly upstream: TestSources,
    readonly buckets: TestBuckets,
  ) {}

  /** Starts with these files upstream and with empty buckets. */
  static async start(cloud: Cloud, files: Readonly<Record<string, string>>): Promise<Scenario> {
    scenarios++;
    const buckets = openBuckets(cloud, `data-${scenarios}`, `state-${scenarios}`);
    for (const bucket of [buckets.dataBucket, buckets.stateBucket]) {
      await cloud.createBucket(bucket);
      await cloud.putBucketVersioning(bucket, "Enabled");
    }
    return new Scenario(await startTestSources(files), buckets);
  }

  async close(): Promise<void> {
    await this.upstream.close();
    this.buckets.s3.destroy();
    for (const bucket of [this.buckets.dataBucket, this.buckets.stateBucket]) {
      await this.buckets.cloud.deleteBucket(bucket, { force: true });
    }
  }

  /** The next day's run. */
  async sync(client: Partial<UpstreamClientOptions> = {}): Promise<Outcome> {
    this.#rememberVintages();
    const { signal = new AbortController().signal } = client;
    const { data, state } = this.buckets;
    const options = { contact: "tests@example.org", retries: 2, retryDelayMs: 1, requestsPerSecond: 10_000 };
    try {
      const summary = await syncSurvey({
        data,
        state,
        upstream: createUpstreamClient({ ...options, ...client }),
        blsUrl: this.upstream.blsUrl,
        survey: "pr",
        // No limit, so that only the checks of the listing protect the mirror.
        maxDeletes: { count: 1_000_000, share: 1 },
        verifyEveryDays: 0,
        signal,
        now: new Date(Date.UTC(2026, 2, 1, 14) + this.#runs++ * DAY),
      });
      return { summary };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  /** Upstream's files, name → text. */
  served(): Record<string, string> {
    const folder = "pub/time.series/pr/";
    const files = [...this.upstream.files].filter(([path]) => path.startsWith(folder));
    return Object.fromEntries(
      files.map(([path, { content }]) => [path.slice(folder.length), textOf(content)]),
    );
  }

  /** The mirror's files, name → text. */
  async mirror(): Promise<Record<string, string>> {
    const keys = await this.buckets.keys(PREFIX);
    const read = async (key: string) => [key.slice(PREFIX.length), await this.buckets.read(key)] as const;
    return Object.fromEntries(await Promise.all(keys.map(read)));
  }

  status(): Promise<Status> {
    return this.buckets.readJson<Status>(statusKey(surveyPart("pr")));
  }

  /** Expects that the mirror equals upstream, byte for byte, and that manifest and status agree. */
  async expectEqual(): Promise<void> {
    expect(await this.mirror()).to.deep.equal(this.served());
    const { files } = await this.expectSound();
    expect(Object.keys(files)).to.have.members(Object.keys(this.served()));
    const { ok, error } = await this.status();
    expect({ ok, error }).to.deep.equal({ ok: true, error: null });
  }

  /** Expects the mirror to keep its earlier files: after a failed run all of them, otherwise those still upstream. */
  async expectNothingLost(before: Readonly<Record<string, string>>, failed: boolean): Promise<void> {
    const after = Object.keys(await this.mirror());
    const served = this.served();
    expect(after).to.include.members(Object.keys(before).filter((name) => failed || name in served));
  }

  /**
   * Expects that no reader ever saw half a file, and that nothing was uploaded twice: every version of an object has a
   * vintage's complete content, and differs from the version before. The manifest can be read, and fits the objects.
   */
  async expectSound(): Promise<Manifest> {
    const { s3, dataBucket, state } = this.buckets;
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: dataBucket, Prefix: PREFIX }),
    );
    const current = new Map<string, string>();
    const removed = new Set(DeleteMarkers.map(({ Key }) => Key));
    const newer = new Map<string, string>();
    for (const { Key = "", ETag = "", IsLatest } of Versions) {
      const name = Key.slice(PREFIX.length);
      const md5 = ETag.replaceAll('"', "");
      expect([...(this.#vintages.get(name) ?? [])], `a version of ${name}`).to.include(md5);
      // A file that was removed and came back is uploaded again.
      if (!removed.has(Key)) expect(newer.get(name), `two versions of ${name}`).not.to.equal(md5);
      newer.set(name, md5);
      if (IsLatest) current.set(name, ETag);
    }
    const { manifest } = await readManifest(state, "pr");
    for (const [name, { etag }] of Object.entries(manifest.files)) expect(current.get(name)).to.equal(etag);
    return manifest;
  }

  #rememberVintages(): void {
    for (const [name, text] of Object.entries(this.served())) {
      const known = this.#vintages.get(name) ?? new Set();
      this.#vintages.set(name, known.add(createHash("md5").update(text).digest("hex")));
    }
  }
}

function textOf(content: unknown): string {
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  throw new Error("The scenario's files are texts in memory.");
}
