/**
 * ASCII names, numbered in order of first appearance. Looks them up by the bytes of a file, without creating a string
 * for a known name.
 */
export class Names {
  /** The names; the index is the name's number. */
  readonly texts: string[] = [];
  /** Their hashes, by number. */
  #hashes = new Int32Array(1);
  /** Open addressing: an entry is a name's number plus 1; 0 is free. At most half full. */
  #table = new Int32Array(2);

  /** The number of the name in `bytes[from…to)`, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    return this.#find(hashBytes(bytes, from, to), bytes, from, to);
  }

  /** Finds or adds the name in `bytes[from…to)`. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to);
    const found = this.#find(hash, bytes, from, to);
    if (found !== -1) return found;
    const number = this.texts.length;
    if (number === this.#hashes.length) this.#grow();
    this.#hashes[number] = hash;
    this.#insert(number);
    this.texts.push(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1"));
    return number;
  }

  #find(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const number = (table[at] as number) - 1;
      if (number === -1) return -1;
      if (this.#hashes[number] === hash && isText(this.texts[number] as string, bytes, from, to))
        return number;
    }
  }

  /** Doubles the capacity. */
  #grow(): void {
    const hashes = this.#hashes;
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#hashes.set(hashes);
    this.#table = new Int32Array(this.#hashes.length * 2);
    for (let number = 0; number < hashes.length; number++) this.#insert(number);
  }

  #insert(number: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = (this.#hashes[number] as number) & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = number + 1;
  }
}

/** FNV-1a, mixed once more because the table uses only the low bits. */
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hashNumber(hash);
}

/** Mixes the bits of a 32-bit integer. */
export function hashNumber(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 16);
}

function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
