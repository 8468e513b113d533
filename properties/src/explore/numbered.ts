/* oxlint-disable typescript/no-unsafe-type-assertion -- a value and the equal one that is kept for it have one type */
// Functions of kept values that are worked out once for each: what was made is found by the numbers of the arguments, in a table of
// numbers. What is given and not kept yet is kept first, so that equal arguments have one result.
import type { Values } from "./values.ts";

const ABSENT = 0; // in a slot, which holds the place of a result + 1

/** From two numbers to a result. */
class Pairs<Result> {
  #slots = new Int32Array(1 << 10);
  #ones = new Int32Array(1 << 10);
  #others = new Int32Array(1 << 10);
  readonly #results: Result[] = [];

  get(one: number, other: number): Result | undefined {
    const stored = this.#slots[this.#find(one, other)] ?? ABSENT;
    return stored === ABSENT ? undefined : this.#results[stored - 1];
  }

  set(one: number, other: number, result: Result): void {
    this.#results.push(result);
    this.#put(this.#find(one, other), one, other, this.#results.length);
    if (this.#results.length * 2 > this.#slots.length) this.#grow();
  }

  #find(one: number, other: number): number {
    const mask = this.#slots.length - 1;
    const mixed = Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#slots[slot] !== ABSENT && (this.#ones[slot] !== one || this.#others[slot] !== other)) slot = (slot + 1) & mask;
    return slot;
  }

  #put(slot: number, one: number, other: number, stored: number): void {
    this.#slots[slot] = stored;
    this.#ones[slot] = one;
    this.#others[slot] = other;
  }

  #grow(): void {
    const [slots, ones, others] = [this.#slots, this.#ones, this.#others];
    this.#slots = new Int32Array(slots.length * 2);
    this.#ones = new Int32Array(slots.length * 2);
    this.#others = new Int32Array(slots.length * 2);
    for (let old = 0; old < slots.length; old++) {
      const [stored, one, other] = [slots[old] ?? ABSENT, ones[old] ?? 0, others[old] ?? 0];
      if (stored !== ABSENT) this.#put(this.#find(one, other), one, other, stored);
    }
  }
}

export const numbered = <Key extends object, Result extends object>(values: Values, work: (key: Key) => Result): ((key: Key) => Result) => {
  const ofTwo = numberedWith(values, (key: Key) => work(key));
  return (key) => ofTwo(key, 0);
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
