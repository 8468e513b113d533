// A list of 32-bit numbers that grows: half the memory of an array of numbers, and no garbage.

export class Numbers {
  #data: Int32Array<ArrayBuffer>;
  #length = 0;

  constructor(expected = 1 << 12) {
    this.#data = new Int32Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const grown = new Int32Array(this.#data.length * 2);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[this.#length++] = value;
  }

  at(index: number): number {
    const value = index < this.#length ? this.#data[index] : undefined;
    if (value === undefined) throw new RangeError(`index ${index} of ${this.#length}`);
    return value;
  }

  set(index: number, value: number): void {
    if (index < 0 || index >= this.#length) throw new RangeError(`index ${index} of ${this.#length}`);
    this.#data[index] = value;
  }

  /** A copy of them all. */
  all(): Int32Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }
}
