/**
 * danfo.js with its own groupby, in binary floats: it has no decimals. Arguments: data file, answer. Plain JavaScript,
 * so that nothing has to be compiled first.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { DataFrame } = require("danfojs-node");

const QUARTERS = new Set(["Q01", "Q02", "Q03", "Q04"]);

function main(dataFile, answer) {
  const rows = readFileSync(dataFile, "latin1")
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t").map((field) => field.trim()))
    .filter(([, , period]) => QUARTERS.has(period))
    .map(([series, year, , value]) => [`${series},${year}`, Number(value)]);
  const frame = new DataFrame(rows, { columns: ["seriesYear", "value"] });
  const best = new Map();
  for (const [seriesYear, sum] of frame.groupby(["seriesYear"]).col(["value"]).sum().values) {
    const [series, year] = seriesYear.split(",");
    const known = best.get(series);
    if (known === undefined || sum > known.sum || (sum === known.sum && year < known.year)) {
      best.set(series, { year, sum });
    }
  }
  const lines = Array.from(
    best,
    ([series, { year, sum }]) => `${series},${year},${Math.round(sum * 1000)}\n`,
  );
  writeFileSync(answer, lines.join(""));
}

main(...process.argv.slice(2));
