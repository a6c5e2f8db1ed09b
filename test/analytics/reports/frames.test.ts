import { expect } from "chai";
import { frame, numbers, records, where } from "../../../analytics/reports/frames";

describe("DataFrames", () => {
  it("give the right rows after two selections in a row, unlike danfo itself", () => {
    const all = frame({ year: [1, 2, 3, 4], value: [40, 30, 20, 10] });
    const some = where(all, all.column("year").gt(1));
    const fewer = where(some, some.column("value").lt(30));
    expect(records(fewer, ["value", "year"])).to.deep.equal([
      { value: 20, year: 3 },
      { value: 10, year: 4 },
    ]);
  });

  it("can be empty", () => {
    const empty = frame({ year: [], value: [] });
    const year = empty.column("year");
    expect(numbers(where(empty, year.gt(1).and(year.lt(3))), "value")).to.deep.equal([]);
    expect(records(empty, ["year"])).to.deep.equal([]);
  });

  it("keep integers beyond 32 bits, and nulls", () => {
    const large = frame({ thousandths: [1e15, -1e15, 5], population: [null, 3, null] });
    expect(records(large, ["thousandths", "population"])).to.deep.equal([
      { thousandths: 1e15, population: null },
      { thousandths: -1e15, population: 3 },
      { thousandths: 5, population: null },
    ]);
  });
});
