import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { CHECKSUMS, type ChecksumName } from "../../src/s3/checksums";

/** In base64; the data is passed in two pieces. */
function computeChecksum(name: ChecksumName, data: Buffer): string {
  const digest = CHECKSUMS[name]();
  digest.update(data.subarray(0, 3));
  digest.update(data.subarray(3));
  return digest.digest().toString("base64");
}

/** Bit by bit, as defined; the code under test works byte by byte with tables. */
function reflectedCrc(data: Buffer, polynomial: bigint, width: bigint): string {
  const mask = (1n << width) - 1n;
  let crc = mask;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return Buffer.from((crc ^ mask).toString(16).padStart(Number(width / 4n), "0"), "hex").toString("base64");
}

describe("checksums", () => {
  it("give the published check values", () => {
    const check = Buffer.from("123456789");
    expect(computeChecksum("crc32", check)).to.equal(Buffer.from("cbf43926", "hex").toString("base64"));
    expect(computeChecksum("crc32c", check)).to.equal(Buffer.from("e3069283", "hex").toString("base64"));
    expect(computeChecksum("crc64nvme", check)).to.equal(
      Buffer.from("ae8b14860a799888", "hex").toString("base64"),
    );
  });

  it("agree with the definition for any bytes", () => {
    for (const size of [0, 1, 2, 255, 1000]) {
      const data = randomBytes(size);
      expect(computeChecksum("crc32c", data)).to.equal(reflectedCrc(data, 0x82f63b78n, 32n));
      expect(computeChecksum("crc64nvme", data)).to.equal(reflectedCrc(data, 0x9a6c9329ac4bc9b5n, 64n));
      expect(computeChecksum("crc32", data)).to.equal(reflectedCrc(data, 0xedb88320n, 32n));
    }
  });
});
