import { expect } from "chai";
import fc from "fast-check";
import { readDataFile } from "../../../analytics/bls/dataFile";
import { Findings } from "../../../analytics/findings";
import { findLeadingYears } from "../../../analytics/reports/leadingYears";
import { naiveBestYears } from "../../oracles/naive";
import { dataFile, input } from "../../support/analysisInputs";

async function read(content: string, chunkBytes?: number) {
  const findings = new Findings();
  const file = input("pr.data.0.Current", content, chunkBytes);
  return { ...(await readDataFile(file.open(), file.name, { findings })), findings };
}

describe("the leading years", () => {
  it("include an exact tie that binary floats miss", async () => {
    // 0.1 + 0.2 + 0.3 = 0.6000000000000001 > 0.3 + 0.2 + 0.1 = 0.6
    const first = ["S 2000 Q01 0.3", "S 2000 Q02 0.2", "S 2000 Q03 0.1"];
    const { values } = await read(dataFile([...first, "S 2001 Q01 0.1", "S 2001 Q02 0.2", "S 2001 Q03 0.3"]));
    expect(findLeadingYears(values).year).to.deep.equal([2000, 2001]);
  });

  it("exclude years without quarters if any year has quarters, even if their value equals the best", async () => {
    const { values } = await read(dataFile(["A 2001 Q05 1", "A 2002 Q05 1", "A 2003 Q01 1", "A 2004 Q05 1"]));
    expect(findLeadingYears(values)).to.deep.include({ year: [2003], basis: ["quarterly"], tieOrder: [0] });
  });

  it("match sums in BigInts, whatever the rows, their order, line ends and chunks", async () => {
    await fc.assert(fc.asyncProperty(dataset, agrees), { seed: 1947, numRuns: 300 });
  });

  it("are right for more series than the initial tables hold", async () => {
    const rows: Observation[] = [];
    for (let series = 0; series < 3000; series++) {
      for (const year of [1999, 2000]) rows.push({ series: `S${series}`, year, period: 1, tenths: series });
    }
    await agrees({ rows, lineEnd: "\n", idWidth: 17, chunkBytes: 65_536 });
  });
});

interface Observation {
  series: string;
  year: number;
  period: number;
  tenths: number;
}

interface Dataset {
  rows: Observation[];
  lineEnd: string;
  idWidth: number;
  chunkBytes: number;
}

/** Few series, years and values, so that ties and unsorted neighbours are common. */
const dataset: fc.Arbitrary<Dataset> = fc.record({
  rows: fc.uniqueArray(
    fc.record({
      series: fc.constantFrom("A", "B", "PRS1", "PRS11"),
      year: fc.integer({ min: 1999, max: 2003 }),
      period: fc.integer({ min: 1, max: 5 }),
      tenths: fc.integer({ min: -4, max: 4 }),
    }),
    { selector: ({ series, year, period }) => `${series} ${year} ${period}`, minLength: 1, maxLength: 60 },
  ),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  idWidth: fc.constantFrom(0, 17),
  chunkBytes: fc.integer({ min: 1, max: 200 }),
});

async function agrees({ rows, lineEnd, idWidth, chunkBytes }: Dataset): Promise<void> {
  const text = rows.map(({ series, year, period, tenths }) => `${series} ${year} Q0${period} ${tenths / 10}`);
  const { values, findings } = await read(dataFile(text, lineEnd, idWidth), chunkBytes);
  expect(findings.refused).to.deep.equal([]);
  const { seriesId, basis, year, thousandths, quarters, tieOrder } = findLeadingYears(values);
  const rowsBySeries = Map.groupBy(seriesId.keys(), (at) => seriesId[at] as string);
  const found = [...rowsBySeries].map(([id, [first = -1, ...others]]) => ({
    seriesId: id,
    basis: basis[first],
    year: year[first],
    thousandths: BigInt(thousandths[first] as number),
    quarters: quarters[first],
    tiedYears: others.map((at) => year[at]),
  }));
  const orders = [...rowsBySeries.values()].flatMap((own) => own.map((_, order) => order));
  expect(tieOrder).to.deep.equal(orders);
  const observations = rows.map(({ series, year, period, tenths }) => {
    return { seriesId: series, year, period: `Q0${period}`, thousandths: BigInt(tenths) * 100n };
  });
  expect(found).to.deep.equal(naiveBestYears(observations));
}
