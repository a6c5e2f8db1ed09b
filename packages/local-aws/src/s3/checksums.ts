import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** An incremental digest. */
interface Digest {
  update(data: Buffer): unknown;
  digest(): Buffer;
}

/** S3's checksum algorithms, by their names in the headers `x-amz-checksum-<name>`. */
export const CHECKSUMS = {
  crc32: () => folding(0 as number, (crc, data) => crc32(data, crc), bytesOf),
  crc32c: () => folding(~0, crc32c, (crc) => bytesOf(~crc)),
  crc64nvme: () =>
    folding([~0, ~0] as Crc64, crc64nvme, ([high, low]) => Buffer.concat([bytesOf(~high), bytesOf(~low)])),
  sha1: () => createHash("sha1"),
  sha256: () => createHash("sha256"),
} satisfies Record<string, () => Digest>;

export type ChecksumName = keyof typeof CHECKSUMS;

/** A checksum of a whole content; `value` is in base64. */
export interface Checksum {
  name: ChecksumName;
  value: string;
}

export const CHECKSUM_NAMES = Object.keys(CHECKSUMS) as ChecksumName[];

export const checksumHeader = (name: ChecksumName): string => `x-amz-checksum-${name}`;

/** Castagnoli's polynomial, bits reversed. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
/** NVMe's polynomial, bits reversed; in two halves, because BigInt is twenty times slower. */
const CRC64NVME_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** The high and the low 32 bits. */
type Crc64 = [high: number, low: number];

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CRC32C_POLYNOMIAL : 0);
  return crc;
});

const crc64Table = makeCrc64Table();

function makeCrc64Table(): { high: Uint32Array; low: Uint32Array } {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = ((low >>> 1) | (high << 31)) ^ (carry ? CRC64NVME_POLYNOMIAL.low : 0);
      high = (high >>> 1) ^ (carry ? CRC64NVME_POLYNOMIAL.high : 0);
    }
    table.high[byte] = high;
    table.low[byte] = low;
  }
  return table;
}

function crc32c(start: number, data: Buffer): number {
  let crc = start;
  for (const byte of data) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

function crc64nvme([startHigh, startLow]: Crc64, data: Buffer): Crc64 {
  let [high, low] = [startHigh, startLow];
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Table.low[index] ?? 0);
    high = (high >>> 8) ^ (crc64Table.high[index] ?? 0);
  }
  return [high, low];
}

function folding<S>(start: S, step: (state: S, data: Buffer) => S, finish: (state: S) => Buffer): Digest {
  let state = start;
  return {
    update(data) {
      state = step(state, data);
    },
    digest: () => finish(state),
  };
}

/** 32 bits, the highest byte first. */
function bytesOf(word: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(word >>> 0);
  return bytes;
}
