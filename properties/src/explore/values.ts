/* oxlint-disable typescript/no-unsafe-type-assertion -- a value and the equal one that is kept for it have one type */
// Hash-consing: of all equal values one object is kept, so that equality is identity, a state is a few numbers, and what was
// worked out for a value once is found again by the value itself. Parts are kept before wholes; a part that is kept already
// costs one look, so keeping a state that differs from a known one in one place costs what that place costs.
//
// A value carries marks: numbers that its leaves were given, those of its parts included. They tell without a walk whether
// something in it has to be looked for or changed.
import { hashOf, mixed } from "./hash.ts";
import { MarkSets, NO_MARKS } from "./marks.ts";
import type { Marks } from "./marks.ts";

export type Primitive = string | number | bigint | boolean | null | undefined;

/** What a leaf is kept as, and which marks it has, by the name of its field (empty in an array). */
export type Leaves = {
  readonly kept: (field: string, value: Primitive) => Primitive;
  readonly mark: (field: string, value: Primitive) => number | undefined;
  /** A field whose values are never looked into: equal when their JSON is. */
  readonly opaque: string;
};

/** A change of leaves, wherever they are; `touches` tells by the marks whether there is any to change. */
export type Change = {
  readonly touches: (marks: Marks) => boolean;
  readonly leaf: (field: string, value: Primitive) => Primitive;
  /** What it made of what, for as long as the change is used. */
  readonly made: Map<object, object>;
};

type Fields = Record<string, unknown>;

const ABSENT = 0; // in a slot, which holds id + 1

/**
 * Where a kept value has its number. A copy of a kept value takes it along, and values of another table may have one: it counts only where
 * the value of that number is this one.
 */
const NUMBER = Symbol("number");
type Numbered = { [NUMBER]?: number };
const NOT_KEPT = -1;

export class Values {
  readonly #leaves: Leaves;
  readonly #all: object[] = [];
  readonly #marksOf: Marks[] = [];
  readonly #sets = new MarkSets();
  readonly #byJson = new Map<string, number>();
  readonly #opaque = new Map<object, number>();
  #hashes = new Int32Array(1 << 12);
  #slots = new Int32Array(1 << 13);

  constructor(leaves: Leaves) {
    this.#leaves = leaves;
  }

  /** How many different values are kept, parts included. */
  get size(): number {
    return this.#all.length;
  }

  /** The one object that stands for all values equal to this one. A field that is undefined is as good as absent. */
  keep<Value extends object>(value: Value): Value {
    return this.#all[this.#keep(value)] as Value;
  }

  /** The number of the object that stands for all values equal to this one. */
  number(value: object): number {
    return this.#keep(value);
  }

  /** The same of a value that is never looked into. */
  keepOpaque<Value extends object>(value: Value): Value {
    return this.#all[this.#keepOpaque(value)] as Value;
  }

  isOpaque(value: object): boolean {
    return this.#opaque.has(value);
  }

  /** The number of a value that is kept: equal values have equal numbers. */
  idOf(value: object): number {
    const known = this.#idIn(value);
    if (known !== NOT_KEPT) return known;
    const before = this.size;
    const id = this.#opaque.get(value) ?? this.#keep(value);
    if (id < before) return id;
    throw new Error(`asked about a value that is not kept: ${JSON.stringify(Object.keys(value))}; keep it first`);
  }

  /** The value with this number. */
  at(id: number): object | undefined {
    return this.#all[id];
  }

  #idIn(value: object): number {
    const id = (value as Numbered)[NUMBER];
    return id !== undefined && this.#all[id] === value ? id : NOT_KEPT;
  }

  /** Depends on nothing but what the kept value is. */
  hashOf(value: object): number {
    return this.#hashes[this.idOf(value)] ?? 0;
  }

  marksOf(value: object): Marks {
    return this.#marksOf[this.idOf(value)] ?? NO_MARKS;
  }

  /** The kept value with its leaves changed. */
  change<Value extends object>(value: Value, change: Change): Value {
    return this.#change(value, change) as Value;
  }

  #keep(value: object): number {
    const known = this.#idIn(value);
    if (known !== NOT_KEPT) return known;
    return Array.isArray(value) ? this.#keepList(value) : this.#keepRecord(value as Fields);
  }

  #keepList(list: readonly unknown[]): number {
    let kept = list as unknown[];
    let hash = 1;
    for (let index = 0; index < list.length; index++) {
      const inner = list[index];
      let part: unknown;
      if (typeof inner === "object" && inner !== null) {
        const id = this.#keep(inner);
        hash = mixed(hash, this.#hashes[id] ?? 0);
        part = this.#all[id];
      } else {
        part = this.#leaves.kept("", inner as Primitive);
        hash = mixed(hash, hashOf(part as Primitive));
      }
      if (part === inner) continue;
      if (kept === list) kept = [...list];
      kept[index] = part;
    }
    return this.#find(hash, kept);
  }

  #keepRecord(record: Fields): number {
    let kept = record;
    let hash = 2;
    for (const field in record) {
      const inner = record[field];
      if (inner === undefined) continue;
      let part: unknown;
      if (typeof inner === "object" && inner !== null) {
        const id = field === this.#leaves.opaque ? this.#keepOpaque(inner) : this.#keep(inner);
        hash = mixed(hash, this.#hashes[id] ?? 0);
        part = this.#all[id];
      } else {
        part = this.#leaves.kept(field, inner as Primitive);
        hash = mixed(hash, hashOf(part as Primitive));
      }
      if (part === inner) continue;
      if (kept === record) kept = { ...record };
      kept[field] = part;
    }
    return this.#find(hash, kept);
  }

  #keepOpaque(value: object): number {
    const known = this.#opaque.get(value);
    if (known !== undefined) return known;
    const json = JSON.stringify(value);
    const equal = this.#byJson.get(json);
    if (equal !== undefined) return equal;
    const id = this.#add(hashOf(json), value, NO_MARKS);
    this.#byJson.set(json, id);
    this.#opaque.set(value, id);
    return id;
  }

  #find(hash: number, value: object): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const stored = this.#slots[slot] ?? ABSENT;
      if (stored === ABSENT) break;
      const id = stored - 1;
      const other = this.#all[id];
      if (this.#hashes[id] === hash && other !== undefined && isSame(value, other)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.#add(hash, value, this.#marksIn(value));
    this.#slots[slot] = id + 1;
    if (this.#all.length * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #add(hash: number, value: object, marks: Marks): number {
    const id = this.#all.length;
    this.#all.push(value);
    if (Object.isExtensible(value)) (value as Numbered)[NUMBER] = id;
    this.#marksOf.push(marks);
    if (id === this.#hashes.length) {
      const longer = new Int32Array(id * 2);
      longer.set(this.#hashes);
      this.#hashes = longer;
    }
    this.#hashes[id] = hash;
    return id;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const stored of old) {
      if (stored === ABSENT) continue;
      let slot = (this.#hashes[stored - 1] ?? 0) & mask;
      while (this.#slots[slot] !== ABSENT) slot = (slot + 1) & mask;
      this.#slots[slot] = stored;
    }
  }

  marksOfLeaf(field: string, leaf: Primitive): Marks {
    return this.#sets.ofOne(this.#leaves.mark(field, leaf));
  }

  /** Marks of all of them together. */
  union(one: Marks, other: Marks): Marks {
    return this.#sets.union(one, other);
  }

  /** Of the parts and of the leaves. */
  #marksIn(value: object): Marks {
    let marks = NO_MARKS;
    if (Array.isArray(value)) {
      for (const inner of value) marks = this.union(marks, this.#marksOfPart("", inner));
    } else {
      for (const field in value) marks = this.union(marks, this.#marksOfPart(field, (value as Fields)[field]));
    }
    return marks;
  }

  #marksOfPart(field: string, part: unknown): Marks {
    return typeof part === "object" && part !== null ? this.marksOf(part) : this.marksOfLeaf(field, part as Primitive);
  }

  #change(value: object, change: Change): object {
    if (!change.touches(this.marksOf(value))) return value;
    const known = change.made.get(value);
    if (known !== undefined) return known;
    const made = this.keep(Array.isArray(value) ? this.#changedList(value, change) : this.#changedRecord(value as Fields, change));
    change.made.set(value, made);
    return made;
  }

  #changedList(list: readonly unknown[], change: Change): readonly unknown[] {
    return list.map((inner) =>
      typeof inner === "object" && inner !== null ? this.#change(inner, change) : change.leaf("", inner as Primitive),
    );
  }

  #changedRecord(record: Fields, change: Change): Fields {
    const changed = { ...record };
    for (const field in record) {
      const inner = record[field];
      const part = typeof inner === "object" && inner !== null ? this.#change(inner, change) : change.leaf(field, inner as Primitive);
      if (part !== inner) changed[field] = part;
    }
    return changed;
  }
}

/** Identical parts, in the same places. */
const isSame = (value: object, other: object): boolean =>
  Array.isArray(value) ? isSameList(value, other) : isSameRecord(value as Fields, other);

const isSameList = (list: readonly unknown[], other: object): boolean => {
  if (!Array.isArray(other) || other.length !== list.length) return false;
  for (let index = 0; index < list.length; index++) if (list[index] !== other[index]) return false;
  return true;
};

/** The same fields in whatever order, with identical parts. */
const isSameRecord = (record: Fields, other: object): boolean => {
  if (Array.isArray(other)) return false;
  let fields = 0;
  for (const field in record) {
    const inner = record[field];
    if (inner === undefined) continue;
    if ((other as Fields)[field] !== inner) return false;
    fields++;
  }
  for (const field in other) if ((other as Fields)[field] !== undefined) fields--;
  return fields === 0;
};
