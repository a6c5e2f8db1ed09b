import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { loadProgram } from "../../src/program/loadProgram";

describe("loading a program", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "program-"));
    await writeFile(path.join(directory, "counter.js"), "let count = 0; exports.next = () => ++count;");
    await writeFile(path.join(directory, "index.js"), 'exports.count = require("./counter").next();');
  });
  after(() => rm(directory, { recursive: true }));

  it("runs the program's modules again each time, and leaves other code its own instances", async () => {
    const load = () => loadProgram({ directory, program: directory });
    const counter = () => require(path.join(directory, "counter.js")) as { next(): number };
    expect([counter().next(), counter().next()]).to.deep.equal([1, 2]);
    expect(await load()).to.include({ count: 1 });
    expect(await load()).to.include({ count: 1 });
    expect(counter().next()).to.equal(3);
  });
});
