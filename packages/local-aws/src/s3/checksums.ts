import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** S3's checksum algorithms by the names in its headers, `x-amz-checksum-<name>`. */
export const CHECKSUMS = {
  crc32: (data: Buffer) => bytesOf(crc32(data)),
  crc32c: (data: Buffer) => crc32c(data),
  crc64nvme: (data: Buffer) => crc64nvme(data),
  sha1: (data: Buffer) => createHash("sha1").update(data).digest(),
  sha256: (data: Buffer) => createHash("sha256").update(data).digest(),
} as const;

export type ChecksumName = keyof typeof CHECKSUMS;

/** A checksum of a whole object; `value` in base64. */
export interface Checksum {
  name: ChecksumName;
  value: string;
}

export function computeChecksum(name: ChecksumName, data: Buffer): string {
  return CHECKSUMS[name](data).toString("base64");
}

export const checksumHeader = (name: ChecksumName): string => `x-amz-checksum-${name}`;

/** Castagnoli's polynomial, bits reversed. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
/** NVMe's polynomial, bits reversed; in two halves, for BigInt is twenty times slower. */
const CRC64NVME_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };

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

function crc32c(data: Buffer): Buffer {
  let crc = ~0;
  for (const byte of data) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
  return bytesOf(~crc);
}

function crc64nvme(data: Buffer): Buffer {
  let [high, low] = [~0, ~0];
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Table.low[index] ?? 0);
    high = (high >>> 8) ^ (crc64Table.high[index] ?? 0);
  }
  return Buffer.concat([bytesOf(~high), bytesOf(~low)]);
}

/** 32 bits, the highest byte first. */
function bytesOf(word: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(word >>> 0);
  return bytes;
}
