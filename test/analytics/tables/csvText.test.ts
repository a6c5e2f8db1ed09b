import { expect } from "chai";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { csvText } from "../../../analytics/tables/csvText";

import { text } from "./arbitraries";

describe("text in a CSV", () => {
  it("matches csv-stringify's output", () => {
    fc.assert(
      fc.property(text, (field) => {
        expect(`${csvText(field)},1\n`).to.equal(stringify([[field, 1]], { escape_formulas: true }));
      }),
      { numRuns: 5000 },
    );
  });
});
