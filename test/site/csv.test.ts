import { expect } from "chai";
import { formatCsv, parseCsv } from "../../site/csv";

describe("the page's CSV", () => {
  it("quotes cells that need it, disarms formulas, and leaves numbers alone", () => {
    const rows = [
      ["=1+1", -1.5, null],
      ['a "b", c', 2, "-x"],
    ];
    const csv = formatCsv(["name", "value", "other"], rows);
    expect(csv).to.equal('\uFEFFname,value,other\n\'=1+1,-1.5,\n"a ""b"", c",2,\'-x\n');
    expect(parseCsv(csv)[1]).to.deep.equal({ name: 'a "b", c', value: "2", other: "'-x" });
  });
});
