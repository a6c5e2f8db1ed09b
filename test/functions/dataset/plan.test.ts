import { expect } from "chai";
import fc from "fast-check";
import type { ListedFile } from "../../../functions/dataset/listing";
import { EMPTY_MANIFEST, type Manifest } from "../../../functions/dataset/manifest";
import { hasWork, isUpToDate, type Plan, type PlanOptions, plan } from "../../../functions/dataset/plan";

function listed(name: string, upstreamDate: string, size: number): ListedFile {
  return { name, url: `https://bls.example.com/pr/${name}`, upstreamDate, size };
}

const NO_LIMIT: PlanOptions = { maxDeletes: { count: 1_000_000, share: 1 } };

/** The manifest after the plan was carried out. */
function carriedOut({ add, update, remove }: Plan, manifest: Manifest): Manifest {
  const files = { ...manifest.files };
  for (const { file } of [...add, ...update]) {
    files[file.name] = {
      upstreamDate: file.upstreamDate,
      size: file.size,
      md5: "00",
      sha256: "00",
      etag: `"${file.upstreamDate} ${file.size}"`,
      key: `raw/bls/pr/${file.name}`,
      version: null,
      fetchedAt: "2026-01-01T00:00:00.000Z",
    };
  }
  for (const { name } of remove) delete files[name];
  return { ...manifest, files };
}

const names = ({ add, update, remove, keep }: Plan) => ({
  add: add.map(({ file, reason }) => [file.name, reason]),
  update: update.map(({ file, reason }) => [file.name, reason]),
  remove: remove.map(({ name, reason }) => [name, reason]),
  keep: keep.map(({ name }) => name),
});

describe("the plan of a sync", () => {
  const before = [
    listed("a", "2026-01-01T08:30", 1),
    listed("b", "2026-01-01T08:30", 2),
    listed("c", "1994-01-01T00:00", 3),
  ];
  const manifest = carriedOut(plan(before, EMPTY_MANIFEST, NO_LIMIT), EMPTY_MANIFEST);

  it("on the first day adds everything", () => {
    expect(names(plan(before, EMPTY_MANIFEST, NO_LIMIT))).to.deep.equal({
      add: [
        ["a", "new upstream"],
        ["b", "new upstream"],
        ["c", "new upstream"],
      ],
      update: [],
      remove: [],
      keep: [],
    });
  });

  it("keeps everything if nothing changed", () => {
    expect(names(plan(before, manifest, NO_LIMIT))).to.deep.equal({
      add: [],
      update: [],
      remove: [],
      keep: ["a", "b", "c"],
    });
  });

  it("follows after one file was added, one changed and one removed", () => {
    const after = [
      listed("a", "2026-02-01T08:30", 1),
      listed("b", "2026-01-01T08:30", 4),
      listed("d", "2026-02-01T08:30", 5),
    ];
    expect(names(plan(after, manifest, NO_LIMIT))).to.deep.equal({
      add: [["d", "new upstream"]],
      update: [
        ["a", "date 2026-01-01T08:30 → 2026-02-01T08:30"],
        ["b", "size 2 → 4"],
      ],
      remove: [["c", "gone upstream"]],
      keep: [],
    });
  });

  it("is not confused by file names that are also properties of every object", () => {
    const odd = [listed("constructor", "2026-01-01T08:30", 1), listed("__proto__", "2026-01-01T08:30", 1)];
    expect(plan(odd, EMPTY_MANIFEST, NO_LIMIT).add).to.have.length(2);
  });

  it("makes the mirror equal to upstream after any history, and then has no work left", () => {
    const file = fc.record({
      date: fc.constantFrom("2026-01-01T08:30", "2026-02-01T08:30"),
      size: fc.nat(3),
    });
    const folder = fc
      .dictionary(fc.constantFrom("a", "b", "c", "d e", "f+g", "é"), file)
      .map((files) => Object.entries(files).map(([name, { date, size }]) => listed(name, date, size)));
    fc.assert(
      fc.property(fc.array(folder, { minLength: 1, maxLength: 6 }), (history) => {
        let mirror = EMPTY_MANIFEST;
        for (const listing of history) {
          const step = plan(listing, mirror, NO_LIMIT);
          expect(step.remove.filter(({ name }) => listing.some((f) => f.name === name))).to.deep.equal([]);
          mirror = carriedOut(step, mirror);
          const have = Object.entries(mirror.files).map(([name, f]) => [name, f.upstreamDate, f.size]);
          expect(have).to.have.deep.members(listing.map((f) => [f.name, f.upstreamDate, f.size]));
          const again = plan(listing, mirror, NO_LIMIT);
          expect([...again.add, ...again.update, ...again.remove]).to.deep.equal([]);
        }
      }),
      { numRuns: 1000, seed: 20261 },
    );
  });

  describe("verifying contents", () => {
    const objects = new Map(before.map((file) => [file.name, `"${file.upstreamDate} ${file.size}"`]));

    it("fetches every file, and names those that were lost, altered or added in the bucket", () => {
      const found = new Map([...objects, ["b", '"other"'], ["stray", '"x"']]);
      found.delete("c");
      expect(names(plan(before, manifest, { ...NO_LIMIT, objects: found, verify: true }))).to.deep.equal({
        add: [],
        update: [
          ["a", "to be verified"],
          ["b", "changed in the bucket"],
          ["c", "lost in the bucket"],
        ],
        remove: [["stray", "was never upstream"]],
        keep: [],
      });
    });

    it("gives every step a kind", () => {
      const found = new Map([...objects, ["b", '"other"'], ["stray", '"x"']]);
      found.delete("c");
      const listing = [...before, listed("d", "2026-02-01T08:30", 5), listed("e", "2026-02-01T08:30", 5)];
      const known = { ...manifest.files, e: { ...manifest.files.a, size: 4 }, f: { ...manifest.files.a } };
      const all = plan(listing, { ...manifest, files: known } as Manifest, {
        ...NO_LIMIT,
        objects: found,
        verify: true,
      });
      const kinds = [...all.add, ...all.update].map(({ file, kind }) => [file.name, kind]);
      expect(Object.fromEntries(kinds)).to.deep.equal({
        a: "verify",
        b: "altered",
        c: "lost",
        d: "new",
        e: "changed",
      });
      expect(all.remove.map(({ name, kind }) => [name, kind])).to.have.deep.members([
        ["f", "gone"],
        ["stray", "stray"],
      ]);
    });

    it("can inspect only the bucket: files that match the manifest are kept", () => {
      const found = new Map([...objects, ["b", '"other"']]);
      const { update, keep } = names(plan(before, manifest, { ...NO_LIMIT, objects: found }));
      expect(update).to.deep.equal([["b", "changed in the bucket"]]);
      expect(keep).to.deep.equal(["a", "c"]);
    });
  });

  describe("that would remove more than the settings allow", () => {
    const left = before.slice(0, 1);

    for (const [title, maxDeletes] of [
      ["in number", { count: 1, share: 1 }],
      ["as a share", { count: 10, share: 0.5 }],
      ["at all", { count: 0, share: 0 }],
    ] as const) {
      it(`${title} removes nothing, and says so`, () => {
        const { remove, keep, refused } = plan(left, manifest, { maxDeletes });
        expect(remove).to.deep.equal([]);
        expect(keep.map(({ name, kind }) => [name, kind])).to.have.deep.members([
          ["a", "same"],
          ["b", "doubtful"],
          ["c", "doubtful"],
        ]);
        expect(refused).to.match(/lacks 2 of the mirror's 3 files.*Nothing was removed/);
      });
    }

    it("removes as much as the limit allows", () => {
      const { remove, refused } = plan(left, manifest, { maxDeletes: { count: 2, share: 0.67 } });
      expect(remove.map(({ name }) => name)).to.deep.equal(["b", "c"]);
      expect(refused).to.equal(null);
    });
  });

  it("has work if it fetches or removes a file, and is up to date if it has no work and refused nothing", () => {
    const judge = (listing: ListedFile[], options = NO_LIMIT) => {
      const judged = plan(listing, manifest, options);
      return [hasWork(judged), isUpToDate(judged)];
    };
    expect(judge(before)).to.deep.equal([false, true]);
    expect(judge([...before, listed("d", "2026-01-01T08:30", 1)])).to.deep.equal([true, false]);
    expect(judge(before.slice(1))).to.deep.equal([true, false]);
    const refusing = { maxDeletes: { count: 0, share: 0 } };
    expect(judge(before.slice(1), refusing)).to.deep.equal([false, false]);
  });

  it("plans each of 10,000 files once", () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      listed(`file ${index}`, "2026-01-01T08:30", index),
    );
    const mirrored = carriedOut(plan(many, EMPTY_MANIFEST, NO_LIMIT), EMPTY_MANIFEST);
    expect(plan(many, mirrored, NO_LIMIT).keep).to.have.length(10_000);
  });
});
