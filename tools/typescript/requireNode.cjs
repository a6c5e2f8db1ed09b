"use strict";

/** Ends the process with a sentence where Node is too old for this project; runs on any Node. */
const OLDEST = 24;

const version = process.versions.node;
if (Number(version.split(".")[0]) < OLDEST) {
  process.stderr.write(
    `data-quest needs Node.js ${OLDEST} or newer and this is ${version}. The npm package 'node' brings it along unless npm is ` +
      "told to ignore install scripts: run 'npm rebuild node --ignore-scripts=false', or install Node.js " +
      `${OLDEST} (https://nodejs.org).\n`,
  );
  process.exit(1);
}
