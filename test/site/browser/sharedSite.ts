import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { POPULATION_FILE, type ServedFile } from "@data-quest/local-sources/servedFolder";
import { startBrowser } from "../../../tools/site/chromium";
import { type PublishedSite, publishSite } from "../../../tools/site/publishedSite";
import { DATA_FILE, realUpstream } from "../../../tools/site/vintages";
import { type OracleReport, oracle } from "../../oracles/duckdb";
import { shared } from "../../support/shared";

/** One Chromium for all tests of the page; each opens windows of its own in it. */
export const sharedBrowser = shared(startBrowser);

/** One published site, of BLS's real files if they are there, for the tests that only read it. */
export const sharedSite = shared(() => publishSite(realUpstream()));

/** DuckDB's numbers of what that site was made of. */
export const sharedOracle = shared(
  async (): Promise<OracleReport & { close?: never }> => askDuckDb(await sharedSite()),
);

/** The same numbers, in SQL, of what upstream serves. */
async function askDuckDb(site: PublishedSite): Promise<OracleReport> {
  const folder = await mkdtemp(path.join(tmpdir(), "page-"));
  try {
    const [dataPath, populationPath] = await Promise.all(
      [DATA_FILE, POPULATION_FILE].map(async (key) => {
        const file = path.join(folder, path.basename(key));
        await writeFile(file, (site.files.get(key) as ServedFile).content as Uint8Array);
        return file;
      }),
    );
    return await oracle({ dataPath: dataPath as string, populationPath: populationPath as string });
  } finally {
    await rm(folder, { recursive: true });
  }
}
