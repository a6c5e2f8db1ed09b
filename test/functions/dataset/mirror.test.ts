import { expect } from "chai";
import { hasContent, PART_BYTES } from "../../../functions/dataset/mirror";

const MD5 = "5d41402abc4b2a76b9719d911017c592";
const OTHER_MD5 = "7d793037a0760186574b0282f2f435e7";
const SMALL = 5;
const LARGE = PART_BYTES + 1;
/** The ETag of an object that was uploaded in two parts. */
const PARTS_ETAG = '"9bb58f26192e4ba00f01e2e7b136bbd8-2"';

describe("an object in the mirror", () => {
  const head = (ETag: string, size: number, md5 = MD5) => ({ ContentLength: size, ETag, Metadata: { md5 } });

  for (const [title, there, size, known, expected] of [
    ["its ETag is the MD5", head(`"${MD5}"`, SMALL), SMALL, undefined, true],
    ["it has another length", head(`"${MD5}"`, SMALL + 1), SMALL, undefined, false],
    ["its metadata has another MD5", head(`"${MD5}"`, SMALL, OTHER_MD5), SMALL, undefined, false],
    ["it has no metadata", { ContentLength: SMALL, ETag: `"${MD5}"` }, SMALL, undefined, false],
    ["only its metadata has the MD5", head(`"${OTHER_MD5}"`, SMALL), SMALL, undefined, false],
    [
      "it came in parts, and the manifest has this object",
      head(PARTS_ETAG, LARGE),
      LARGE,
      { md5: MD5, etag: PARTS_ETAG },
      true,
    ],
    [
      "it came in parts, and the manifest has the content in another object",
      head(PARTS_ETAG, LARGE),
      LARGE,
      { md5: MD5, etag: '"other-2"' },
      false,
    ],
    [
      "it came in parts, and the manifest has other content",
      head(PARTS_ETAG, LARGE),
      LARGE,
      { md5: OTHER_MD5, etag: '"other-2"' },
      true,
    ],
    ["it came in parts, and the manifest lacks the file", head(PARTS_ETAG, LARGE), LARGE, undefined, true],
    [
      "it came in parts, though it is small",
      head(PARTS_ETAG, SMALL),
      SMALL,
      { md5: MD5, etag: PARTS_ETAG },
      false,
    ],
  ] as const) {
    it(`${expected ? "has" : "does not have"} the content if ${title}`, () => {
      expect(hasContent(there, { size, md5: MD5 }, known)).to.equal(expected);
    });
  }
});
