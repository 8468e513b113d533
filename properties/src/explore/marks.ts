// Sets of marks: small numbers that the leaves of a value were given. Of all equal sets one is kept, so that what holds of a set
// is found by its number.

/** Sorted. */
export type Marks = { readonly id: number; readonly all: readonly number[] };

export const NO_MARKS: Marks = { id: 0, all: [] };

export class MarkSets {
  readonly #byText = new Map<string, Marks>([["", NO_MARKS]]);
  readonly #ofOne = new Map<number, Marks>();
  /** By the numbers of the two. */
  readonly #unions: (Map<number, Marks> | undefined)[] = [];

  ofOne(mark: number | undefined): Marks {
    if (mark === undefined) return NO_MARKS;
    const known = this.#ofOne.get(mark);
    if (known !== undefined) return known;
    const marks = this.#kept([mark]);
    this.#ofOne.set(mark, marks);
    return marks;
  }

  union(one: Marks, other: Marks): Marks {
    if (one === other || other === NO_MARKS) return one;
    if (one === NO_MARKS) return other;
    const known = this.#unions[one.id]?.get(other.id);
    if (known !== undefined) return known;
    const union = this.#kept([...new Set([...one.all, ...other.all])]);
    (this.#unions[one.id] ??= new Map()).set(other.id, union);
    return union;
  }

  #kept(all: readonly number[]): Marks {
    const sorted = all.toSorted((one, other) => one - other);
    const text = sorted.join(",");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const marks: Marks = { id: this.#byText.size, all: sorted };
    this.#byText.set(text, marks);
    return marks;
  }
}
