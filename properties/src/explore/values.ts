/* oxlint-disable typescript/no-unsafe-type-assertion -- a value and the equal one that is kept for it have one type */
// Hash-consing: of all equal values one object is kept, so that equality is identity, a state is a few numbers, and what was
// worked out for a value once is found again by the value itself. Parts are kept before wholes; a part that is kept already
// costs one look, so keeping a state that differs from a known one in one place costs what that place costs.
//
// A value carries marks: numbers that its leaves were given, those of its parts included. They tell without a walk whether
// something in it has to be looked for or changed.

export type Primitive = string | number | bigint | boolean | null | undefined;

/** What a leaf is kept as, and which marks it has, by the name of its field (empty in an array). */
export type Leaves = {
  readonly kept: (field: string, value: Primitive) => Primitive;
  readonly mark: (field: string, value: Primitive) => number | undefined;
  /** Fields whose values are never looked into: equal when their JSON is. */
  readonly opaque: ReadonlySet<string>;
};

/** Sorted; of all equal sets one is kept. */
export type Marks = { readonly id: number; readonly all: readonly number[] };

/** A change of leaves, wherever they are; `touches` tells by the marks whether there is any to change. */
export type Change = {
  readonly touches: (marks: Marks) => boolean;
  readonly leaf: (field: string, value: Primitive) => Primitive;
  /** What it made of what, for as long as the change is used. */
  readonly made: Map<object, object>;
};

type Kept = { readonly id: number; readonly marks: Marks };

const NO_MARKS: Marks = { id: 0, all: [] };

export class Values {
  readonly #leaves: Leaves;
  readonly #kept = new Map<object, Kept>();
  readonly #byText = new Map<string, object>();
  readonly #names = new Map<string, number>();
  readonly #marks = new Map<string, Marks>([["", NO_MARKS]]);

  constructor(leaves: Leaves) {
    this.#leaves = leaves;
  }

  /** How many different values are kept, parts included. */
  get size(): number {
    return this.#kept.size;
  }

  /** The one object that stands for all values equal to this one. A field that is undefined is as good as absent. */
  keep<Value extends object>(value: Value): Value {
    return this.#kept.has(value) ? value : (this.#keep(value) as Value);
  }

  /** The number of a value that is kept: equal values have equal numbers. */
  idOf(value: object): number {
    return this.#of(value).id;
  }

  marksOf(value: object): Marks {
    return this.#of(value).marks;
  }

  /** The kept value with its leaves changed. */
  change<Value extends object>(value: Value, change: Change): Value {
    return this.#change(value, change) as Value;
  }

  #of(value: object): Kept {
    const kept = this.#kept.get(value);
    if (kept === undefined) throw new Error(`asked about a value that is not kept: ${JSON.stringify(Object.keys(value))}; keep it first`);
    return kept;
  }

  #keep(value: object): object {
    return Array.isArray(value) ? this.#keepList(value) : this.#keepRecord(value as Record<string, unknown>);
  }

  #keepList(list: readonly unknown[]): object {
    let text = "[";
    let changed: unknown[] | undefined;
    for (const [index, inner] of list.entries()) {
      const part = this.#part("", inner);
      text += this.#textOf(part);
      if (part !== inner) (changed ??= [...list])[index] = part;
    }
    return this.#byText.get(text) ?? this.#add(text, changed ?? list);
  }

  #keepRecord(record: Record<string, unknown>): object {
    let text = "";
    let changed: Record<string, unknown> | undefined;
    for (const field of Object.keys(record)) {
      const inner = record[field];
      if (inner === undefined) continue;
      const part = this.#part(field, inner);
      text += this.#name(field) + ":" + this.#textOf(part);
      if (part !== inner) (changed ??= { ...record })[field] = part;
    }
    return this.#byText.get(text) ?? this.#add(text, changed ?? record);
  }

  #part(field: string, inner: unknown): unknown {
    if (typeof inner !== "object" || inner === null) return this.#leaves.kept(field, inner as Primitive);
    if (this.#kept.has(inner)) return inner;
    return this.#leaves.opaque.has(field) ? this.#keepOpaque(inner) : this.#keep(inner);
  }

  #keepOpaque(value: object): object {
    const text = JSON.stringify(value);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#kept.set(value, { id: this.#kept.size, marks: NO_MARKS });
    this.#byText.set(text, value);
    return value;
  }

  /** Different for different parts, and ended by a comma. */
  #textOf(part: unknown): string {
    if (typeof part === "object" && part !== null) return `#${this.#of(part).id},`;
    if (typeof part === "string") return `"${this.#name(part)},`;
    return typeof part === "bigint" ? `${part}n,` : `${String(part)},`;
  }

  #name(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, this.#names.size);
    return this.#names.size - 1;
  }

  #add(text: string, value: object): object {
    this.#kept.set(value, { id: this.#kept.size, marks: this.#marksIn(value) });
    this.#byText.set(text, value);
    return value;
  }

  #marksIn(value: object): Marks {
    const all = new Set<number>();
    const isList = Array.isArray(value);
    for (const [field, inner] of Object.entries(value)) {
      if (typeof inner === "object" && inner !== null) {
        for (const mark of this.#of(inner as object).marks.all) all.add(mark);
      } else {
        const mark = this.#leaves.mark(isList ? "" : field, inner as Primitive);
        if (mark !== undefined) all.add(mark);
      }
    }
    return this.marks(all);
  }

  /** The set of these marks. */
  marks(all: ReadonlySet<number>): Marks {
    const sorted = [...all].toSorted((one, other) => one - other);
    const text = sorted.join(",");
    const known = this.#marks.get(text);
    if (known !== undefined) return known;
    const marks: Marks = { id: this.#marks.size, all: sorted };
    this.#marks.set(text, marks);
    return marks;
  }

  #change(value: object, change: Change): object {
    if (!change.touches(this.#of(value).marks)) return value;
    const known = change.made.get(value);
    if (known !== undefined) return known;
    const made = this.#keep(
      Array.isArray(value)
        ? value.map((inner: unknown) => this.#changed("", inner, change))
        : Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, this.#changed(field, inner, change)])),
    );
    change.made.set(value, made);
    return made;
  }

  #changed(field: string, inner: unknown, change: Change): unknown {
    return typeof inner === "object" && inner !== null ? this.#change(inner, change) : change.leaf(field, inner as Primitive);
  }
}
