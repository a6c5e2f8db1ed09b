import { expect } from "chai";
import { formatCsv, parseCsv } from "../../site/csv";
import { addressOf, ago, bytes, span, upstreamDate, value, years } from "../../site/format";

const NOW = new Date("2026-03-10T12:00:00Z");

describe("the page's words", () => {
  it("for numbers are as exact as the report", () => {
    expect([13, 564.713, -0.5, null].map(value)).to.deep.equal(["13.0", "564.713", "-0.5", "–"]);
    expect([999, 1000, 1_591_485, 2_000_000_000].map(bytes)).to.deep.equal([
      "999 B",
      "1.0 kB",
      "1.6 MB",
      "2.0 GB",
    ]);
  });

  it("for times are those of where they come from", () => {
    expect(upstreamDate("2026-08-06T08:30")).to.equal("Aug 6, 2026, 08:30 in Washington");
    expect(upstreamDate("some day")).to.equal("some day");
    expect(upstreamDate(null)).to.equal("–");
    const cases: [iso: string, words: string][] = [
      ["2026-03-10T11:59:30Z", "just now"],
      ["2026-03-10T11:00:01Z", "59 minutes ago"],
      ["2026-03-09T12:00:00Z", "yesterday"],
      ["2026-03-07T11:00:00Z", "3 days ago"],
    ];
    for (const [iso, words] of cases) expect(ago(iso, NOW)).to.equal(words);
    expect([5, 60, 1440, 4320, 90].map(span)).to.deep.equal([
      "5 minutes",
      "1 hour",
      "24 hours",
      "3 days",
      "90 minutes",
    ]);
  });

  it("for years join those in a row", () => {
    expect(years([2013, 2014, 2016, 2018, 2019])).to.equal("2013–2014, 2016, 2018–2019");
    expect(years([])).to.equal("");
  });

  it("for addresses hold for any key, and lead nowhere else", () => {
    expect(addressOf("raw/bls/pr/pr.new file+é")).to.equal("./raw/bls/pr/pr.new%20file%2B%C3%A9");
    expect(addressOf("javascript:alert(1)")).to.equal("./javascript%3Aalert(1)");
    expect(new URL(addressOf("//elsewhere.example/x"), "http://here.example/").host).to.equal("here.example");
  });
});

describe("the page's CSV", () => {
  it("quotes what needs it, disarms formulas, and leaves numbers alone", () => {
    const rows = [
      ["=1+1", -1.5, null],
      ['a "b", c', 2, "-x"],
    ];
    const csv = formatCsv(["name", "value", "other"], rows);
    expect(csv).to.equal('\uFEFFname,value,other\n\'=1+1,-1.5,\n"a ""b"", c",2,\'-x\n');
    expect(parseCsv(csv)[1]).to.deep.equal({ name: 'a "b", c', value: "2", other: "'-x" });
  });
});
