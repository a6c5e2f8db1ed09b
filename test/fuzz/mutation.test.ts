import { expect } from "chai";
import fc from "fast-check";
import { Report } from "../../analytics/report";
import { SETTINGS } from "../analytics/fixtures";
import { GOOD, numbersOf, outcomeOf } from "./good";
import { naiveReport } from "./naive";

const DATA_FILE = SETTINGS.dataFile;
const DATA = Buffer.from(GOOD[DATA_FILE] ?? "");

/** A change to bytes; places are shares of their length, so that they fit whatever came before. */
type Mutation = (bytes: Buffer) => Buffer;

/** Anywhere alike: most bytes are rows, and fast-check would rather take the ends. */
const share = fc.noBias(fc.nat({ max: 9999 })).map((part) => part / 10_000);
/** Bytes that mean something here, or any. */
const byte = fc.oneof(
  fc.constantFrom(...Buffer.from("\t\n\r \0-.,09QRSe\uFEFF")),
  fc.integer({ min: 0, max: 255 }),
);

function cut(bytes: Buffer, from: number, to: number): [before: Buffer, part: Buffer, after: Buffer] {
  const [start = 0, end = 0] = [from, to]
    .map((part) => Math.floor(part * bytes.length))
    .sort((a, b) => a - b);
  return [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
}

const replaced = fc.tuple(share, byte).map(([at, value]): Mutation => {
  return (bytes) => {
    const [before, , after] = cut(bytes, at, at);
    return Buffer.concat([before, Buffer.from([value]), after.subarray(1)]);
  };
});
const inserted = fc.tuple(share, byte).map(([at, value]): Mutation => {
  return (bytes) => {
    const [before, , after] = cut(bytes, at, at);
    return Buffer.concat([before, Buffer.from([value]), after]);
  };
});
const flipped = fc.tuple(share, fc.integer({ min: 0, max: 7 })).map(([at, bit]): Mutation => {
  return (bytes) => {
    const copy = Buffer.from(bytes);
    const place = Math.floor(at * bytes.length);
    copy[place] = (copy[place] ?? 0) ^ (1 << bit);
    return copy;
  };
});
const cutOut = fc.tuple(share, share).map(([from, to]): Mutation => {
  return (bytes) => {
    const [before, , after] = cut(bytes, from, from + (to - from) / 8);
    return Buffer.concat([before, after]);
  };
});
const doubled = fc.tuple(share, share).map(([from, to]): Mutation => {
  return (bytes) => {
    const [before, part, after] = cut(bytes, from, to);
    return Buffer.concat([before, part, part, after]);
  };
});
const cutShort = share.map(
  (at): Mutation =>
    (bytes) =>
      cut(bytes, at, 1)[0],
);

const mutations = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: replaced },
    { weight: 4, arbitrary: inserted },
    { weight: 4, arbitrary: flipped },
    { weight: 2, arbitrary: cutOut },
    { weight: 2, arbitrary: doubled },
    { weight: 1, arbitrary: cutShort },
  ),
  { minLength: 1, maxLength: 4 },
);

const apply = (to: Buffer, changes: readonly Mutation[]) =>
  changes.reduce((bytes, change) => change(bytes), to);

/** Either a report with the naive numbers, or, where the naive parser finds nothing either, an AnalysisError. */
async function expectNaiveNumbers(bytes: Buffer, chunkBytes: number): Promise<boolean> {
  const { analysis, error } = await outcomeOf(DATA_FILE, bytes, chunkBytes);
  const expected = naiveReport(bytes);
  expect(analysis && numbersOf(Report.parse(analysis.report)), error?.message).to.deep.equal(expected);
  return analysis !== undefined;
}

describe("mutated input", function () {
  this.timeout(60_000);

  it("cut at every byte gives the naive numbers, or an error where there are none", async () => {
    for (let length = 0; length <= DATA.length; length++) {
      await expectNaiveNumbers(DATA.subarray(0, length), 64);
    }
  });

  it("in the data file gives the naive numbers, or an error where there are none", async () => {
    let reports = 0;
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 1, max: 400 }), async (changes, chunkBytes) => {
        if (await expectNaiveNumbers(apply(DATA, changes), chunkBytes)) reports++;
      }),
      { seed: 1884, numRuns: 500 },
    );
    expect(reports, "reports made").to.be.within(150, 450);
  });

  it("in any other file changes no number of the series, or is an error", async () => {
    const others = Object.keys(GOOD).filter((name) => name !== DATA_FILE);
    const expected = naiveReport(DATA);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...others), mutations, async (name, changes) => {
        const content = apply(Buffer.from(GOOD[name] ?? ""), changes);
        const { analysis } = await outcomeOf(name, content);
        if (analysis !== undefined) expect(numbersOf(Report.parse(analysis.report))).to.deep.equal(expected);
      }),
      { seed: 1884, numRuns: 500 },
    );
  });

  it("in the population gives the mean of the figures that a plain reading finds, or an error", async () => {
    let reports = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const content = apply(Buffer.from(GOOD["nation.json"] ?? ""), changes);
        const { analysis } = await outcomeOf("nation.json", content);
        if (analysis === undefined) return;
        reports++;
        expect(analysis.report.populationSummary?.mean).to.equal(naiveMean(content));
      }),
      { seed: 1884, numRuns: 500 },
    );
    expect(reports, "reports made").to.be.greaterThan(50);
  });
});

interface PlainRow {
  Nation?: unknown;
  Year?: unknown;
  Population?: unknown;
}

/** The mean over 2013–2018, by plain reading; null without a year. */
function naiveMean(content: Buffer): number | null {
  const { data } = JSON.parse(content.toString().replace(/^\uFEFF/, "")) as { data: (PlainRow | null)[] };
  const figures = new Map<number, number>();
  for (const { Nation, Year, Population } of data.filter((row) => row !== null)) {
    const whole = typeof Population === "number" && Number.isInteger(Population);
    if (Nation !== "United States" || !whole || Population < 1 || Population > 1e10) continue;
    if (typeof Year === "number" ? Number.isInteger(Year) : /^\d{4}$/.test(String(Year))) {
      figures.set(Number(Year), Population);
    }
  }
  const counted = [...figures].filter(([year]) => year >= 2013 && year <= 2018).map(([, persons]) => persons);
  return counted.length === 0 ? null : counted.reduce((sum, persons) => sum + persons, 0) / counted.length;
}
