/** The whole analysis, from files in memory to the report, after loading. Argument: an upstream's directory. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { analyzeFiles, type InputFile, POPULATION_FILE } from "../../../../analytics/analyzeFiles";

const SETTINGS = {
  survey: "pr",
  dataFile: "pr.data.0.Current",
  populationYears: { from: 2013, to: 2018 },
  seriesId: "PRS30006032",
  period: "Q01",
};

/** Later runs in the same process, as in a warm Lambda. */
const WARM_RUNS = 5;

async function main(directory = ""): Promise<void> {
  const folder = path.join(directory, "pub", "time.series", "pr");
  const files = [
    ...readdirSync(folder).map((name) => inMemory(name, path.join(folder, name))),
    inMemory(POPULATION_FILE, path.join(directory, "population.json")),
  ];
  const firstMs = await timed(files);
  let warmMs = firstMs;
  for (let run = 0; run < WARM_RUNS; run++) warmMs = await timed(files);
  process.stdout.write(JSON.stringify({ firstMs, warmMs }));
}

async function timed(files: readonly InputFile[]): Promise<number> {
  const began = performance.now();
  await analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
  return performance.now() - began;
}

function inMemory(name: string, file: string): InputFile {
  const content = readFileSync(file);
  return {
    name,
    key: `raw/${name}`,
    version: null,
    upstreamDate: null,
    fetchedAt: null,
    async *open() {
      yield content;
    },
  };
}

void main(...process.argv.slice(2));
