/**
 * ASCII names by number, in order of first appearance. They are looked up as bytes of a file, so that a name that is
 * known makes no string.
 */
export class Names {
  /** The names; a name's place is its number. */
  readonly texts: string[] = [];
  /** Open addressing; an entry is a name's number and 1, and 0 is free. */
  #table = new Int32Array(1024);

  /** The number of the name in `bytes[from…to)`, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    return (this.#table[this.#place(bytes, from, to)] as number) - 1;
  }

  /** Finds or adds the name in `bytes[from…to)`. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const at = this.#place(bytes, from, to);
    const entry = this.#table[at] as number;
    if (entry !== 0) return entry - 1;
    this.#table[at] = this.texts.push(Buffer.from(bytes.subarray(from, to)).toString("latin1"));
    if (this.texts.length * 2 > this.#table.length) this.#grow();
    return this.texts.length - 1;
  }

  /** Where in the table the name is, or where it would go. */
  #place(bytes: Uint8Array, from: number, to: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let at = hashBytes(bytes, from, to) & mask;
    for (let entry = table[at] as number; entry !== 0; entry = table[at] as number) {
      if (isText(this.texts[entry - 1] as string, bytes, from, to)) break;
      at = (at + 1) & mask;
    }
    return at;
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (const [number, text] of this.texts.entries()) {
      const bytes = Buffer.from(text, "latin1");
      this.#table[this.#place(bytes, 0, bytes.length)] = number + 1;
    }
  }
}

/** FNV-1a, mixed once more because the table uses the low bits only. */
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hashNumber(hash);
}

/** Spreads a 32-bit integer's bits. */
export function hashNumber(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 16);
}

function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
