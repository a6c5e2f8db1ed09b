import { createHash } from "node:crypto";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { zipFiles } from "../../src/endpoint/archive";

const FILES = {
  "__index.js": Buffer.from("exports.handler = 1;\n"),
  "dist/sync.js": Buffer.alloc(10_000, "x"),
};

describe("a function's archive", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  const digest = (files: Record<string, Buffer>) =>
    createHash("sha256").update(zipFiles(files)).digest("hex");

  it("has the same bytes in any time zone and any order of its files", () => {
    process.env.TZ = "Pacific/Kiritimati";
    const east = digest(FILES);
    process.env.TZ = "Pacific/Pago_Pago";
    expect(new Date(0).getTimezoneOffset()).to.equal(660);
    expect(digest(FILES)).to.equal(east);
    expect(digest(Object.fromEntries(Object.entries(FILES).reverse()))).to.equal(east);
    expect(digest({ ...FILES, other: Buffer.from("") })).not.to.equal(east);
  });

  it("contains the files", () => {
    const unpacked = Object.entries(unzipSync(zipFiles(FILES)));
    expect(Object.fromEntries(unpacked.map(([name, content]) => [name, Buffer.from(content)]))).to.deep.equal(
      FILES,
    );
  });
});
