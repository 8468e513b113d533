/* oxlint-disable typescript/no-unsafe-type-assertion -- what is unpacked is what the other end packed */
// Kept values on their way to another thread, which keeps values of its own. What was sent once is not sent again: a parcel says
// how each new value is made of leaves and of values that the other end has, parts before wholes.
import type { Primitive, Values } from "./values.ts";

/** Fields of a record, then what is in them: leaves, and kept values by their number in brackets. Or a value as it is. */
type Recipe =
  | readonly [id: number, fields: readonly string[] | "list", ...parts: (Primitive | readonly [id: number])[]]
  | readonly [id: number, how: "opaque", value: object];
export type Parcel = { readonly recipes: readonly Recipe[]; readonly roots: readonly number[] };

export class Parcels<Root extends object> {
  readonly #values: Values;
  readonly #sent = new Map<number, Set<number>>();
  readonly #got = new Map<number, Map<number, object>>();
  readonly #shapes = new Map<string, readonly string[]>();

  constructor(values: Values) {
    this.#values = values;
  }

  pack(to: number, roots: readonly Root[]): Parcel {
    const sent = this.#sent.get(to) ?? new Set();
    this.#sent.set(to, sent);
    const recipes: Recipe[] = [];
    const send = (value: object): number => {
      const id = this.#values.idOf(value);
      if (sent.has(id)) return id;
      sent.add(id);
      if (this.#values.isOpaque(value)) {
        recipes.push([id, "opaque", value]);
        return id;
      }
      const isList = Array.isArray(value);
      const parts = Object.values(value).map((part: unknown): Primitive | readonly [number] =>
        typeof part === "object" && part !== null ? [send(part)] : (part as Primitive),
      );
      recipes.push([id, isList ? "list" : this.#shapeOf(Object.keys(value)), ...parts]);
      return id;
    };
    return { roots: roots.map((root) => send(root)), recipes };
  }

  /** The roots, kept here. */
  unpack(from: number, message: unknown): readonly Root[] {
    const { recipes, roots } = message as Parcel;
    const got = this.#got.get(from) ?? new Map<number, object>();
    this.#got.set(from, got);
    const known = (id: number): object => {
      const value = got.get(id);
      if (value === undefined) throw new Error(`a parcel of thread ${from} builds on value ${id}, which was never sent`);
      return value;
    };
    for (const recipe of recipes) got.set(recipe[0], this.#made(recipe, known));
    return roots.map((id) => known(id) as Root);
  }

  #made(recipe: Recipe, known: (id: number) => object): object {
    if (recipe[1] === "opaque") return this.#values.keepOpaque(recipe[2]);
    const [, fields, ...parts] = recipe;
    const values = parts.map((part) => (typeof part === "object" && part !== null ? known(part[0]) : part));
    return this.#values.keep(fields === "list" ? values : record(fields, values));
  }

  /** One list for all records of a shape: within a parcel it travels once. */
  #shapeOf(fields: readonly string[]): readonly string[] {
    const text = fields.join();
    const known = this.#shapes.get(text) ?? fields;
    this.#shapes.set(text, known);
    return known;
  }
}

const record = (fields: readonly string[], values: readonly unknown[]): object => {
  const made: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index++) made[fields[index] ?? ""] = values[index];
  return made;
};
