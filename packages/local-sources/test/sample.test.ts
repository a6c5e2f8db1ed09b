import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { UPSTREAM_DIR } from "../../../tools/directories";
import { sampleFiles } from "../src/sample";
import type { ServedFiles } from "../src/servedFolder";

function textOf(files: ServedFiles, name: string): string {
  const content = files.get(name === "population.json" ? name : `pub/time.series/pr/${name}`)?.content;
  if (!(content instanceof Uint8Array)) throw new Error(`No bytes of ${name} in the sample.`);
  return Buffer.from(content).toString("latin1");
}

/** A table's rows without its header, as trimmed fields. */
function rowsOf(text: string): string[][] {
  const [, ...rows] = text.trimEnd().split("\r\n");
  return rows.map((row) => row.split("\t").map((field) => field.trim()));
}

/** A decimal as an integer number of thousandths, without going through a binary float. */
function thousandths(value: string): bigint {
  const [, sign = "", whole = "", decimals = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(value) ?? [];
  return BigInt(`${sign}${whole}${decimals.padEnd(3, "0")}`);
}

/** Per year, the sum over the quarters, in thousandths. */
function yearlySums(rows: readonly string[][], seriesId: string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [id, year = "", period = "", value = ""] of rows) {
    if (id !== seriesId || period === "Q05") continue;
    sums.set(year, (sums.get(year) ?? 0n) + thousandths(value));
  }
  return sums;
}

function best(sums: Map<string, bigint>): { value: bigint; years: string[] } {
  const [value = 0n] = [...sums.values()].sort((a, b) => Number(b - a));
  return { value, years: [...sums].filter(([, sum]) => sum === value).map(([year]) => year) };
}

describe("the generated sample", () => {
  const files = sampleFiles();
  const current = rowsOf(textOf(files, "pr.data.0.Current"));
  const all = rowsOf(textOf(files, "pr.data.1.AllData"));
  const table = rowsOf(textOf(files, "pr.series"));

  it("is the same each time it is generated", () => {
    const digest = (of: ServedFiles) => {
      const hash = createHash("sha256");
      for (const [name, file] of of)
        hash.update(`${name}\n${file.modified.toISOString()}\n`).update(file.content as Buffer);
      return hash.digest("hex");
    };
    expect(digest(sampleFiles())).to.equal(digest(files));
    // Pinned: another machine or Node version must generate the same data.
    expect(createHash("sha256").update(textOf(files, "pr.data.1.AllData")).digest("hex")).to.match(
      /^3bd42370250fb475/,
    );
  });

  it("has the survey's 12 files and the population, each with a date", () => {
    const names = [...files.keys()].map((key) => key.replace("pub/time.series/pr/", "")).sort();
    expect(names).to.deep.equal([
      "population.json",
      "pr.class",
      "pr.contacts",
      "pr.data.0.Current",
      "pr.data.1.AllData",
      "pr.duration",
      "pr.footnote",
      "pr.measure",
      "pr.period",
      "pr.seasonal",
      "pr.sector",
      "pr.series",
      "pr.txt",
    ]);
    expect(files.get("pub/time.series/pr/pr.period")?.modified.getUTCFullYear()).to.equal(1994);
    for (const { modified, size, content } of files.values()) {
      expect(modified.getUTCSeconds()).to.equal(0);
      expect(size).to.equal((content as Buffer).length);
    }
  });

  it("ends every line with CRLF", () => {
    for (const name of files.keys()) {
      if (name === "population.json") continue;
      const text = textOf(files, path.posix.basename(name));
      expect(text.endsWith("\r\n"), name).to.equal(true);
      expect(text.replaceAll("\r\n", ""), name).not.to.match(/[\r\n]/);
    }
  });

  it("has data rows in BLS's columns", () => {
    for (const name of ["pr.data.0.Current", "pr.data.1.AllData"]) {
      const [header, ...rows] = textOf(files, name).trimEnd().split("\r\n");
      expect(header).to.equal("series_id        \tyear\tperiod\t       value\tfootnote_codes");
      const odd = rows.filter(
        (row) => !/^PRS\d{8} {6}\t\d{4}\tQ0[1-5]\t(?=.{12}\t) *-?\d+\.(\d|\d{3})\tR?$/.test(row),
      );
      expect(odd).to.deep.equal([]);
    }
  });

  it("has the survey's size", () => {
    expect(current.length).to.equal(37_881);
    expect(all.length).to.be.within(76_000, 78_000);
    const quarterly = new Set(current.filter(([, , period]) => period !== "Q05").map(([id]) => id));
    const every = new Set(current.map(([id]) => id));
    expect([every.size, quarterly.size]).to.deep.equal([282, 237]);
    const years = current.map(([, year]) => Number(year));
    expect([Math.min(...years), Math.max(...years)]).to.deep.equal([1995, 2025]);
    expect(new Set(current.map((row) => row.slice(0, 3).join())).size, "rows per series and period").to.equal(
      current.length,
    );
  });

  it("has the full file's rows from 1995 on in the current file, and only these", () => {
    expect(current).to.deep.equal(all.filter(([, year = ""]) => year >= "1995"));
  });

  it("has a series table that agrees with the data and the code tables", () => {
    const codes = (name: string) => new Set(rowsOf(textOf(files, name)).map(([code]) => code));
    const [sectors, classes] = [codes("pr.sector"), codes("pr.class")];
    const [measures, durations] = [codes("pr.measure"), codes("pr.duration")];
    expect(table.map(([id]) => id)).to.deep.equal([...new Set(all.map(([id]) => id))]);
    const spans = Map.groupBy(all, ([id]) => id);
    for (const [
      id = "",
      sector = "",
      group = "",
      measure = "",
      duration = "",
      seasonal,
      base,
      ,
      ...span
    ] of table) {
      expect(id).to.equal(`PRS${sector}${group}${measure}${duration}`);
      const known = [sectors.has(sector), classes.has(group), measures.has(measure), durations.has(duration)];
      expect(known, id).to.deep.equal([true, true, true, true]);
      expect([seasonal, base], id).to.deep.equal(["S", duration === "3" ? "2017" : "-"]);
      const [first, last] = [spans.get(id)?.at(0), spans.get(id)?.at(-1)];
      expect(span, id).to.deep.equal([first?.[1], first?.[2], last?.[1], last?.[2]]);
    }
  });

  it("has indexes with three decimals that average 100 in 2017, and changes with one decimal", () => {
    for (const [id = "", year, period, value = ""] of all) {
      expect(value.split(".")[1]?.length, id).to.equal(id.endsWith("3") ? 3 : 1);
      if (id.endsWith("3") && year === "2017" && period === "Q05")
        expect(Number(value), id).to.be.closeTo(100, 0.002);
    }
    const negative = new Set(all.filter(([, , , value]) => value?.startsWith("-")).map(([id]) => id));
    expect(negative.size).to.be.above(100);
  });

  it("has revisions in the latest quarters only", () => {
    const revised = all.filter(([, , , , footnote]) => footnote === "R");
    expect(revised.length).to.be.within(200, 700);
    expect(new Set(revised.map(([, year]) => year))).to.deep.equal(new Set(["2025"]));
  });

  it("contains the quest's worked examples, in both data files", () => {
    for (const rows of [current, all]) {
      expect(best(yearlySums(rows, "PRS30006011"))).to.deep.equal({ value: 7000n, years: ["1996"] });
      expect(best(yearlySums(rows, "PRS30006012"))).to.deep.equal({ value: 8000n, years: ["2000"] });
      const row = rows.find(([id, year, period]) => `${id} ${year} ${period}` === "PRS30006032 2018 Q01");
      expect(row?.[3]).to.equal("1.9");
    }
    expect(textOf(files, "population.json")).to.contain('"Year":2018,"Population":327167439.0}');
  });

  it("has ties; binary floats break two of them in favour of the later year", () => {
    expect(best(yearlySums(current, "PRS85006172")).years).to.deep.equal(["1998", "2007", "2014"]);
    for (const [id, years] of [
      ["PRS84006022", ["1999", "2010"]],
      ["PRS88003173", ["2001", "2009"]],
    ] as const) {
      expect(best(yearlySums(current, id)).years, id).to.deep.equal(years);
      const [earlier = 0, later = 0] = years.map((year) =>
        current
          .filter((row) => row[0] === id && row[1] === year && row[2] !== "Q05")
          .reduce((sum, row) => sum + Number(row[3]), 0),
      );
      expect(later, id).to.be.above(earlier);
    }
  });

  it("has a tie between annual averages and a series whose best year is below zero", () => {
    const annual = current.filter(([id]) => id === "PRS31006081");
    const sums = new Map(annual.map(([, year = "", , value = ""]) => [year, thousandths(value)]));
    expect(best(sums).years).to.deep.equal(["2004", "2010"]);
    expect(best(yearlySums(current, "PRS32006012")).value < 0n).to.equal(true);
  });

  it("has the population's figures in the API's shape", () => {
    const { page, columns, data } = JSON.parse(textOf(files, "population.json"));
    expect(page.total).to.equal(data.length);
    const years = data.map((record: { Year: number }) => record.Year);
    expect(years).to.deep.equal([2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024]);
    for (const record of data) expect(Object.keys(record)).to.deep.equal(columns);
  });

  describe("compared with the real data", () => {
    before(function () {
      if (existsSync(UPSTREAM_DIR)) return;
      console.log("      no real data: set UPSTREAM_DIR to a source directory");
      this.skip();
    });
    const real = (name: string) =>
      readFileSync(path.join(UPSTREAM_DIR, "pub/time.series/pr", name), "latin1");
    const columns = (text: string, to: number) =>
      text.split("\r\n").map((row) => row.split("\t", to).join("\t"));

    it("has the same code tables, byte for byte", () => {
      for (const name of ["class", "duration", "footnote", "measure", "period", "seasonal", "sector"]) {
        expect(textOf(files, `pr.${name}`), name).to.equal(real(`pr.${name}`));
      }
    });

    it("has the same series, years and periods", () => {
      expect(columns(textOf(files, "pr.series"), 8)).to.deep.equal(columns(real("pr.series"), 8));
      const file = "pr.data.0.Current";
      expect(columns(textOf(files, file), 3)).to.deep.equal(columns(real(file), 3));
    });

    it("has the same population", () => {
      const population = JSON.parse(readFileSync(path.join(UPSTREAM_DIR, "population.json"), "utf8"));
      expect(JSON.parse(textOf(files, "population.json"))).to.deep.equal(population);
    });
  });
});
