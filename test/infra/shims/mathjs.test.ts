import { createRequire } from "node:module";
import { expect } from "chai";
import fc from "fast-check";
import { mean, median, mode, std, variance } from "../../../infra/shims/mathjs";

/** The version of mathjs that danfo.js would load. */
const mathjs = createRequire(require.resolve("danfojs-node"))("mathjs") as Record<
  "mean" | "median" | "mode" | "std" | "variance",
  (numbers: number[]) => unknown
>;

describe("the replacements for mathjs", () => {
  const decimals = fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((number) => number / 8),
    { minLength: 1, maxLength: 30 },
  );

  for (const replacement of [mean, median, std, variance]) {
    const original = mathjs[replacement.name as keyof typeof mathjs];

    it(`compute ${replacement.name} as mathjs does`, () => {
      fc.assert(
        fc.property(decimals, (numbers) => {
          expect(replacement(numbers)).to.be.closeTo(Number(original(numbers)), 1e-9);
        }),
        { seed: 9 },
      );
    });

    it(`reject the ${replacement.name} of an empty list, as mathjs does`, () => {
      expect(() => original([])).to.throw();
      expect(() => replacement([])).to.throw();
    });
  }

  it("compute mode as mathjs does, even if there are several", () => {
    const few = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(few, (numbers) => {
        expect(mode(numbers)).to.deep.equal(mathjs.mode(numbers));
      }),
      { seed: 9 },
    );
  });
});
