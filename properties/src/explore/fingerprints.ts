// The set of states seen, by fingerprint. Ten million keys of half a kilobyte do not fit into memory; ten million pairs of
// 32-bit numbers do. Two different keys with one 64-bit fingerprint would hide a state: at ten million states the chance
// of any such pair is 3 in a million, and it is the same in every run, so a counterexample found is always a real one.

const EMPTY = 0; // in `ids`, which holds id + 1

/** An open-addressing table from the fingerprint of a key to the number of its state. */
export class Fingerprints {
  #capacity: number;
  #high: Uint32Array;
  #low: Uint32Array;
  #ids: Uint32Array;
  #size = 0;

  constructor(expected = 1 << 15) {
    this.#capacity = Math.max(16, 2 ** Math.ceil(Math.log2(expected * 2)));
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#ids = new Uint32Array(this.#capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the state with this key; a new key gets the next number. Compare with `size` before the call to tell. */
  intern(key: string | readonly number[]): number {
    const [high, low] = typeof key === "string" ? fingerprint(key) : fingerprintOfNumbers(key);
    const slot = this.#find(high, low);
    const found = this.#ids[slot] ?? EMPTY;
    if (found !== EMPTY) return found - 1;
    const id = this.#size++;
    this.#put(slot, high, low, id + 1);
    if (this.#size * 2 > this.#capacity) this.#grow();
    return id;
  }

  #find(high: number, low: number): number {
    const mask = this.#capacity - 1;
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    while (this.#ids[slot] !== EMPTY && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #put(slot: number, high: number, low: number, stored: number): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#ids[slot] = stored;
  }

  #grow(): void {
    const [highs, lows, ids] = [this.#high, this.#low, this.#ids];
    this.#capacity *= 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#ids = new Uint32Array(this.#capacity);
    for (let old = 0; old < ids.length; old++) {
      const [high, low, stored] = [highs[old] ?? 0, lows[old] ?? 0, ids[old] ?? EMPTY];
      if (stored !== EMPTY) this.#put(this.#find(high, low), high, low, stored);
    }
  }
}

/** Two 32-bit lanes with different multipliers, each avalanched, so that keys differing in one character differ everywhere. */
export const fingerprint = (key: string): readonly [high: number, low: number] => {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + code, 0xcc9e2d51);
    b = (b << 13) | (b >>> 19);
  }
  return [avalanche(a ^ key.length) >>> 0, avalanche(b ^ Math.imul(a, 0x1b873593)) >>> 0];
};

/** The same of whole numbers of 32 bits. */
export const fingerprintOfNumbers = (key: readonly number[]): readonly [high: number, low: number] => {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let index = 0; index < key.length; index++) {
    const part = key[index] ?? 0;
    a = Math.imul(a ^ part, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b + part, 0xcc9e2d51);
    b = (b << 13) | (b >>> 19);
  }
  return [avalanche(a ^ key.length) >>> 0, avalanche(b ^ Math.imul(a, 0x1b873593)) >>> 0];
};

const avalanche = (value: number): number => {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
