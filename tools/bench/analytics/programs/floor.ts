/** The floor: reads the file as the analysis does and counts line ends, without an answer. Argument: data file. */
import { readChunks } from "../../../../commands/analyze/readChunks";

const LF = 10;

async function main(dataFile = ""): Promise<void> {
  let lines = 0;
  for await (const chunk of readChunks(dataFile)) {
    for (let at = 0; at < chunk.length; at++) if (chunk[at] === LF) lines++;
  }
  process.stdout.write(`${lines}\n`);
}

void main(...process.argv.slice(2));
