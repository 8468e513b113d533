/* oxlint-disable typescript/no-unsafe-type-assertion -- a value and the equal one that is kept for it have one type */
// Functions of kept values that are worked out once for each: what was made is found by the numbers of the arguments, in a table of
// numbers. What is given and not kept yet is kept first, so that equal arguments have one result.
import type { Values } from "./values.ts";

const ABSENT = 0; // in a slot, which holds the place of a result + 1
/** Numbers a slot: what is stored, and the two it is found by; all within one line of the processor's cache. */
const WIDTH = 4;

/** From two numbers to a result. */
class Pairs<Result> {
  #slots = new Int32Array(WIDTH << 10);
  readonly #results: Result[] = [];

  get(one: number, other: number): Result | undefined {
    const stored = this.#slots[this.#find(one, other)] ?? ABSENT;
    return stored === ABSENT ? undefined : this.#results[stored - 1];
  }

  set(one: number, other: number, result: Result): void {
    this.#results.push(result);
    this.#put(one, other, this.#results.length);
    if (this.#results.length * WIDTH * 2 > this.#slots.length) this.#grow();
  }

  /** Where these two are, or would be. */
  #find(one: number, other: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const mixed = Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b);
    let slot = ((mixed ^ (mixed >>> 15)) * WIDTH) & mask;
    while (slots[slot] !== ABSENT && (slots[slot + 1] !== one || slots[slot + 2] !== other)) slot = (slot + WIDTH) & mask;
    return slot;
  }

  #put(one: number, other: number, stored: number): void {
    const slot = this.#find(one, other);
    this.#slots[slot] = stored;
    this.#slots[slot + 1] = one;
    this.#slots[slot + 2] = other;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += WIDTH) {
      const stored = old[slot] ?? ABSENT;
      if (stored !== ABSENT) this.#put(old[slot + 1] ?? 0, old[slot + 2] ?? 0, stored);
    }
  }
}

/** From one number to a result. */
class Singles<Result> {
  #places = new Int32Array(1 << 12);
  readonly #results: Result[] = [];

  get(one: number): Result | undefined {
    const stored = one < this.#places.length ? (this.#places[one] ?? ABSENT) : ABSENT;
    return stored === ABSENT ? undefined : this.#results[stored - 1];
  }

  set(one: number, result: Result): void {
    this.#results.push(result);
    if (one >= this.#places.length) {
      const longer = new Int32Array(2 ** Math.ceil(Math.log2(one + 1)));
      longer.set(this.#places);
      this.#places = longer;
    }
    this.#places[one] = this.#results.length;
  }
}

export const numbered = <Key extends object, Result extends object>(values: Values, work: (key: Key) => Result): ((key: Key) => Result) => {
  const known = new Singles<Result>();
  return (key) => {
    const id = values.number(key);
    const found = known.get(id);
    if (found !== undefined) return found;
    const result = work(values.at(id) as Key);
    known.set(id, result);
    return result;
  };
};

/** Of a kept value and a whole number. */
export const numberedWith = <Key extends object, Result extends object>(
  values: Values,
  work: (key: Key, size: number) => Result,
): ((key: Key, size: number) => Result) => {
  const known = new Pairs<Result>();
  return (key, size) => {
    const id = values.number(key);
    const found = known.get(id, size);
    if (found !== undefined) return found;
    const result = work(values.at(id) as Key, size);
    known.set(id, size, result);
    return result;
  };
};

export const numberedOfTwo = <One extends object, Other extends object, Result extends object>(
  values: Values,
  work: (one: One, other: Other) => Result,
): ((one: One, other: Other) => Result) => {
  const known = new Pairs<Result>();
  return (one, other) => {
    const [first, second] = [values.number(one), values.number(other)];
    const found = known.get(first, second);
    if (found !== undefined) return found;
    const result = work(values.at(first) as One, values.at(second) as Other);
    known.set(first, second, result);
    return result;
  };
};
