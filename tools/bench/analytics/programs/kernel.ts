/** This project, from data file to best years. Arguments: data file, answer. Bundled before it is measured. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { readDataFile } from "../../../../analytics/bls/dataFile";
import { findLeadingYears } from "../../../../analytics/reports/leadingYears";
import { readChunks } from "../../../../commands/analyze/readChunks";

async function main(dataFile = "", answer = ""): Promise<void> {
  const { values } = await readDataFile(readChunks(dataFile), path.basename(dataFile));
  const { seriesId, basis, year, thousandths, tieOrder } = findLeadingYears(values);
  let lines = "";
  for (const [row, id] of seriesId.entries()) {
    if (basis[row] === "quarterly" && tieOrder[row] === 0)
      lines += `${id},${year[row]},${thousandths[row]}\n`;
  }
  writeFileSync(answer, lines);
}

void main(...process.argv.slice(2));
