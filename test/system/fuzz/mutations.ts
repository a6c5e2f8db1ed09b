import fc from "fast-check";

/** A change to bytes; positions are fractions of the length, so that they fit after any other change. */
export type Mutation = (bytes: Buffer) => Buffer;

/** Uniform, because most bytes are in rows but fast-check prefers the ends. */
const share = fc.noBias(fc.nat({ max: 9999 })).map((part) => part / 10_000);
/** Bytes with a special meaning in these files, or any bytes. */
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

/** One to four changes, anywhere. */
export const mutations = fc.array(
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

/** Applies all changes to the bytes, one after the other. */
export function mutated(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce((changed, change) => change(changed), bytes);
}
