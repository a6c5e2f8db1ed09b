import { expect } from "chai";
import fc from "fast-check";
import { analyzeFiles, type InputFile } from "../../../analytics/analyzeFiles";
import type { Report } from "../../../analytics/report";
import { HEADER, input, nation, real, SETTINGS, skipWithoutRealFiles } from "../../support/analysisInputs";

/** The report, without anything that identifies the bytes of its inputs. */
async function reportOf(files: readonly InputFile[]): Promise<Partial<Report>> {
  const { report } = await analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
  const { inputs, fingerprint: _, ...rest } = report;
  const described = inputs.map(({ sha256: _hash, bytes: _bytes, ...input }) => input);
  return { ...rest, inputs: described } as unknown as Partial<Report>;
}

/** Strips the white space from the ends of the chosen lines; a `\r` stays if `keepsCr`. */
function stripped(text: string, isChosen: (line: number) => boolean, keepsCr: boolean): string {
  return text
    .split("\n")
    .map((line, at) => {
      if (!isChosen(at)) return line;
      const cr = keepsCr && line.endsWith("\r") ? "\r" : "";
      return line.replace(/[ \t\r]+$/, "") + cr;
    })
    .join("\n");
}

const SERIES = ["PRS30006032", "PRS30006091", "PRS84006092"];
const row = fc.record({
  series: fc.constantFrom(...SERIES),
  year: fc.integer({ min: 1987, max: 2025 }),
  period: fc.constantFrom("Q01", "Q02", "Q03", "Q04", "Q05"),
  value: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.integer({ min: -99_999, max: 99_999 }).map((n) => (n / 1000).toFixed(Math.abs(n) % 4)),
    },
    { weight: 1, arbitrary: fc.constantFrom("-", "", "?") },
  ),
  footnotes: fc.oneof(
    { weight: 8, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom("R", "R,P", "  ") },
  ),
});
/** Lines that no survey should have; they must not make a difference either. */
const odd = fc.constantFrom(
  "",
  "   ",
  "\t\t",
  "PRS30006032",
  "PRS30006032\t2001",
  "PRS30006032\t2001\tQ01\t\t\t\t",
);

const survey = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 80 }),
  odd: fc.array(fc.tuple(fc.nat(80), odd), { maxLength: 2 }),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  /** Rows sorted like BLS's, which take the fast path, or in any order. */
  sorted: fc.boolean(),
});

function filesOf({
  rows,
  odd: oddLines,
  lineEnd,
  sorted,
}: typeof survey extends fc.Arbitrary<infer T> ? T : never) {
  const ordered = sorted
    ? rows.toSorted((a, b) =>
        `${a.series}${a.year}${a.period}` < `${b.series}${b.year}${b.period}` ? -1 : 1,
      )
    : rows;
  const lines = ordered.map(({ series, year, period, value, footnotes }) =>
    [series.padEnd(17), year, period, value.padStart(12), footnotes].join("\t"),
  );
  for (const [at, line] of oddLines) lines.splice(at, 0, line);
  const table = (...tableLines: string[]) => [...tableLines, ""].join(lineEnd);
  return {
    "pr.data.0.Current": [HEADER, ...lines, "PRS30006032\t1986\tQ01\t1.5\t", ""].join(lineEnd),
    "pr.series": table(
      "series_id        \tsector_code\tduration_code\tbegin_year\tend_year\tfootnote_codes",
      ...SERIES.map((id) => `${id}      \t3000\t2\t1987\t2025\t`),
    ),
    "pr.sector": table("sector_code\tsector_name\tdisplay_level   ", "3000\tManufacturing   \t"),
    "pr.duration": table("duration_code\tduration_text\t", "2\t\t"),
    "pr.period": table("period\tperiod_abbr", ...["Q01", "Q02", "Q03", "Q04", "Q05"].map((q) => `${q}\t \t`)),
    "pr.footnote": table("footnote_code\tfootnote_text", "R\t"),
  };
}

describe("white space at the ends of lines", () => {
  it("can be missing from any line of any file without changing the report", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        survey,
        fc.func(fc.boolean()),
        fc.boolean(),
        fc.constantFrom(24, 300, 65_536),
        async (generated, isChosen, keepsCr, chunkBytes) => {
          const texts = Object.entries(filesOf(generated));
          const people = input("nation.json", nation([2017, 325_719_178], [2018, 327_167_439]));
          const intact = texts.map(([name, text]) => input(name, text, chunkBytes));
          const trimmed = texts.map(([name, text]) =>
            input(
              name,
              stripped(text, (line) => isChosen(name, line), keepsCr),
              chunkBytes,
            ),
          );
          const expected = await reportOf([...intact, people]);
          kept += expected.quality?.rowsKept ?? 0;
          expect(await reportOf([...trimmed, people])).to.deep.equal(expected);
        },
      ),
      { seed: 1884, numRuns: 300 },
    );
    expect(kept, "rows kept in all").to.be.greaterThan(1500);
  });

  it("can be missing from all of BLS's real files without changing the report", async function () {
    skipWithoutRealFiles(this);
    const files = real.files();
    const trimmed = await Promise.all(
      files.map(async (file) => {
        const text = Buffer.concat(await Array.fromAsync(file.open())).toString("latin1");
        const bytes = file.name === "nation.json" ? text : stripped(text, () => true, false);
        return input(file.name, Buffer.from(bytes, "latin1"));
      }),
    );
    const expected = await reportOf(files);
    expect(expected.bestYears).to.have.length(282);
    expect(await reportOf(trimmed)).to.deep.equal(expected);
  });
});
