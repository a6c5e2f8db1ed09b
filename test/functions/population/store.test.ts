import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { servedFile } from "@data-quest/local-sources/servedFolder";
import { expect } from "chai";
import {
  type FetchSummary,
  type PopulationOptions,
  storePopulation,
} from "../../../functions/population/store";
import { toPublicText } from "../../../functions/shared/errors";
import { POPULATION_KEY } from "../../../functions/shared/keys";
import type { Status } from "../../../functions/shared/status";
import { createUpstreamClient, type UpstreamClient } from "../../../functions/shared/upstream";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { startTestSources, type TestSources } from "../../support/testSources";

const ROWS = [
  { "Nation ID": "01000US", Nation: "United States", Year: 2017, Population: 325719178 },
  { "Nation ID": "01000US", Nation: "United States", Year: 2018, Population: 327167439 },
];

describe("fetching the population", () => {
  let buckets: TestBuckets;
  let upstream: TestSources;
  let runs: number;

  beforeEach(async () => {
    buckets = await startTestBuckets();
    upstream = await startTestSources();
    runs = 0;
    answer({ annotations: { topic: "Diversity" }, page: { total: 2 }, columns: ["Year"], data: ROWS });
  });

  afterEach(async () => {
    await upstream.close();
    await buckets.close();
  });

  function answer(body: unknown): void {
    upstream.files.set("population.json", servedFile(JSON.stringify(body), new Date("2026-01-05T13:30:00Z")));
  }

  function fetchPopulation(options: Partial<PopulationOptions> = {}): Promise<FetchSummary> {
    return storePopulation({
      reportVersion: "1",
      data: buckets.data,
      address: upstream.populationUrl,
      upstream: createUpstreamClient({ contact: "tests@example.org" }),
      now: new Date(Date.UTC(2026, 2, 1 + runs++, 14)),
      ...options,
    });
  }

  const stored = () => buckets.readJson<{ data: unknown }>(POPULATION_KEY);
  const metadata = async () =>
    (await buckets.s3.send(new GetObjectCommand({ Bucket: buckets.dataBucket, Key: POPULATION_KEY })))
      .Metadata;
  const status = () => buckets.readJson<Status>("reports/status/population.json");

  /** The stored object, as a status lists it. */
  async function fileAsStored(fetchedAt: string) {
    const { Body, VersionId } = await buckets.s3.send(
      new GetObjectCommand({ Bucket: buckets.dataBucket, Key: POPULATION_KEY }),
    );
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      key: POPULATION_KEY,
      bytes: bytes.length,
      sha256,
      version: VersionId,
      upstreamDate: null,
      fetchedAt,
    };
  }

  it("stores only the data", async () => {
    expect(await fetchPopulation()).to.deep.include({ written: true, rows: 2 });
    expect(await stored()).to.deep.equal({ data: ROWS });
    expect((await status()).files).to.deep.equal([await fileAsStored("2026-03-01T14:00:00.000Z")]);
  });

  it("writes only its status while the data is the same, in any order", async () => {
    await fetchPopulation();
    const shuffled = ROWS.map((row) => Object.fromEntries(Object.entries(row).reverse())).reverse();
    answer({ data: shuffled, annotations: { topic: "Other" } });
    const requests = await buckets.requestsDuring(fetchPopulation);
    expect(requests.map(({ operation, resource }) => `${operation} ${resource}`)).to.deep.equal([
      `GetObject data/${POPULATION_KEY}`,
      "PutObject data/reports/status/population.json",
    ]);
    expect(await stored()).to.deep.equal({ data: ROWS });
    expect(await status()).to.deep.include({
      ok: true,
      lastCheck: "2026-03-02T14:00:00.000Z",
      lastChange: "2026-03-01T14:00:00.000Z",
      files: [await fileAsStored("2026-03-01T14:00:00.000Z")],
    });
  });

  it("stores a revised figure", async () => {
    await fetchPopulation();
    const revised = ROWS.map((row) => (row.Year === 2018 ? { ...row, Population: 327167440 } : row));
    answer({ data: revised });
    expect(await fetchPopulation()).to.deep.include({ written: true, rows: 2 });
    expect(await stored()).to.deep.equal({ data: revised });
  });

  for (const [title, tamper] of [
    ["was removed", () => buckets.remove(POPULATION_KEY)],
    ["was replaced by something else", () => buckets.put(POPULATION_KEY, "not ours")],
  ] as const) {
    it(`repairs an object that ${title}`, async () => {
      await fetchPopulation();
      await tamper();
      expect(await fetchPopulation()).to.deep.include({ written: true, rows: 2 });
      expect(await stored()).to.deep.equal({ data: ROWS });
    });
  }

  it("records in the object's metadata where the data comes from", async () => {
    answer({
      annotations: { dataset_name: "ACS 1-year Estimate", source_name: "Census Bureau" },
      data: ROWS,
    });
    const { provenance } = await fetchPopulation();
    const cube = new URL(upstream.populationUrl).searchParams.get("cube");
    expect(provenance).to.deep.equal({ dataset: "ACS 1-year Estimate", source: "Census Bureau", cube });
    expect((await metadata()) ?? {}).to.include({
      dataset: "ACS 1-year Estimate",
      "dataset-source": "Census Bureau",
      cube,
    });
    expect((await status()).details).to.deep.equal({ written: true, rows: 2, provenance });
  });

  it("writes the same data again if it comes from another dataset, but not if the answer only omits details", async () => {
    const written = async (dataset_name?: string) => {
      // The local upstream varies everything around the data; this answer has to be exact.
      const bytes = Buffer.from(JSON.stringify({ annotations: { dataset_name }, data: ROWS }));
      const exact: UpstreamClient = (_address, read) => read(Readable.from([bytes]));
      return (await fetchPopulation({ upstream: exact })).written;
    };
    expect(await written(), "first").to.equal(true);
    expect(await written("ACS 1-year Estimate"), "named").to.equal(true);
    expect(await written("ACS 1-year Estimate"), "again").to.equal(false);
    expect(await written(), "not named").to.equal(false);
    expect((await metadata())?.dataset).to.equal("ACS 1-year Estimate");
    expect(await written("ACS 5-year Estimate"), "renamed").to.equal(true);
    expect((await metadata())?.dataset).to.equal("ACS 5-year Estimate");
  });

  it("writes the same data again after a deployment with other report settings, so that a report follows", async () => {
    const written = async (reportVersion: string) => (await fetchPopulation({ reportVersion })).written;
    expect(await written("1")).to.equal(true);
    expect([await written("1"), await written("2"), await written("2")]).to.deep.equal([false, true, false]);
    // As an earlier version stored it, without this metadata.
    await buckets.put(POPULATION_KEY, JSON.stringify({ data: ROWS }));
    expect([await written("2"), await written("2")]).to.deep.equal([true, false]);
  });

  it("keeps the stored data if an answer from a renamed dataset lacks some of its years", async () => {
    const written = async (dataset_name: string, data: readonly unknown[]) => {
      const bytes = Buffer.from(JSON.stringify({ source: [{ annotations: { dataset_name } }], data }));
      return (await fetchPopulation({ upstream: (_address, read) => read(Readable.from([bytes])) })).written;
    };
    expect(await written("ACS 1-year Estimate", ROWS)).to.equal(true);
    const error = await written("ACS 1-year Estimates", ROWS.slice(1)).catch((thrown: Error) => thrown);
    expect((error as Error).message).to.match(/has no population for 2017, which the stored one has/);
    expect(await stored()).to.deep.equal({ data: ROWS });
  });

  it("keeps the stored data if the answer was cut off, and says so", async () => {
    await fetchPopulation();
    answer({ data: ROWS.slice(1), page: { total: 2 } });
    const error = await fetchPopulation().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.match(/has 1 row of the 2/);
    expect(await stored()).to.deep.equal({ data: ROWS });
    expect(await status()).to.deep.include({ ok: false, error: toPublicText(error?.message ?? "") });
  });
});
