"use strict";

/** Exits with a message if Node is too old for this project; runs on any version of Node. */
const OLDEST = 24;

const version = process.versions.node;
if (Number(version.split(".")[0]) < OLDEST) {
  process.stderr.write(
    `data-quest needs Node.js ${OLDEST} or newer; this is ${version}. 'npm ci' installs it with the npm package 'node', unless npm is ` +
      "told to ignore install scripts. Run 'npm rebuild node --ignore-scripts=false', or install Node.js " +
      `${OLDEST} (https://nodejs.org).\n`,
  );
  process.exit(1);
}
