import { createHash } from "node:crypto";
import { expect } from "chai";
import { medianCounts, rotate, summarize, summarizeKnown } from "../../../tools/bench/shared/statistics";
import { formatCounts, formatSummary, renderTable } from "../../../tools/bench/shared/table";
import { generateContent, SURVEY_FILES } from "../../../tools/bench/sync/files";

describe("the benchmark's statistics", () => {
  it("give the median and range of samples in any order", () => {
    expect(summarize([30, 4, 100])).to.deep.equal({ median: 30, min: 4, max: 100 });
    expect(summarize([8, 1, 2, 4])).to.deep.equal({ median: 3, min: 1, max: 8 });
    expect(summarize([7])).to.deep.equal({ median: 7, min: 7, max: 7 });
  });

  it("reject an empty list of samples", () => {
    expect(() => summarize([])).to.throw(RangeError, /not one sample/);
  });

  it("give no summary if a sample is missing", () => {
    expect(summarizeKnown([1, null, 3])).to.equal(null);
    expect(summarizeKnown([1, 2, 3])?.median).to.equal(2);
  });

  it("count a kind that a run lacks as 0", () => {
    const counts = medianCounts([{ GET: 14 }, { GET: 14, HEAD: 13 }, { GET: 15 }]);
    expect(counts).to.deep.equal({ GET: 14, HEAD: 0 });
  });

  it("put each subject first equally often", () => {
    const rounds = [0, 1, 2, 3, 4, 5].map((round) => rotate(["a", "b", "c"], round).join(""));
    expect(rounds).to.deep.equal(["abc", "bca", "cab", "abc", "bca", "cab"]);
    expect(rotate([], 3)).to.deep.equal([]);
  });
});

describe("the benchmark's tables", () => {
  it("show a median with its range, in the unit asked for", () => {
    expect(formatSummary({ median: 412, min: 380, max: 524 }, 1000, 2)).to.equal("0.41 (0.38–0.52)");
    expect(formatSummary({ median: 2048, min: 2048, max: 2048 }, 1024, 0)).to.equal("2");
    expect(formatSummary(null, 1, 0)).to.equal("–");
  });

  it("show several counts under their sum, a single count alone, and no counts as 0", () => {
    expect(formatCounts({ GET: 14, HEAD: 13, POST: 0 })).to.equal("27\n14 GET\n13 HEAD");
    expect(formatCounts({ GET: 1 })).to.equal("1 GET");
    expect(formatCounts({})).to.equal("0");
  });

  it("contain every cell, with numbers aligned right", () => {
    const text = renderTable({
      title: "Title",
      head: ["Subject", "Time"],
      rows: [["one", "1"]],
      notes: ["A note."],
    });
    expect(text).to.match(/^Title\n/);
    expect(text).to.include("│ one     │    1 │");
    expect(text).to.match(/\nA note\.\n$/);
  });
});

describe("the benchmark's files", () => {
  it("are 13 files of 30 MB", () => {
    expect(SURVEY_FILES).to.have.length(13);
    expect(SURVEY_FILES.reduce((sum, { size }) => sum + size, 0)).to.equal(30_000_000);
  });

  it("have the requested size, the same bytes each time, and no two equal chunks", () => {
    const size = 3 * 65_536 + 17;
    const chunks = [...generateContent(size)];
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).to.equal(size);
    expect(hash([...generateContent(size)])).to.equal(hash(chunks));
    expect(new Set(chunks.map((chunk) => hash([chunk]))).size).to.equal(chunks.length);
  });
});

function hash(chunks: readonly Uint8Array[]): string {
  return createHash("sha256").update(Buffer.concat(chunks)).digest("hex");
}
