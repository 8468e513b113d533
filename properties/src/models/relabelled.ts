// The same world with the names of its pods exchanged: what was web-0 is web-2 in all that anybody knows, says or stores. Where nothing hangs on a
// name but the order of equals, everything goes on in it as in the other one.
import type { World } from "../world/world.ts";

/** `order[n]` is the ordinal that takes the place of `n`. */
export const relabelled = (world: World, order: readonly number[]): World => {
  const another = renamed(world, order);
  if (isWorld(another)) return another;
  throw new Error("a world is no world any more");
};
/** What was made of a world piece by piece has its shape. */
const isWorld = (value: unknown): value is World => typeof value === "object" && value !== null && "operator" in value;

/** Nothing in a manifest is in the order of pods. */
const renamed = (value: unknown, order: readonly number[], isManifest = false): unknown => {
  if (typeof value === "string") return inText(value, order);
  if (Array.isArray(value)) {
    const all = value.map((one: unknown) => renamed(one, order, isManifest));
    return isManifest ? all : inOrder(all);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]: [string, unknown]) => [
      inText(field, order),
      field === "ordinal" && typeof inner === "number" ? order[inner] : renamed(inner, order, isManifest || field === "manifest"),
    ]),
  );
};

/** Pods with what is named after them, and their addresses. */
const inText = (text: string, order: readonly number[]): string =>
  text
    .replaceAll(/\bweb-(\d)(?!\w)/g, (_, ordinal: string) => `web-${order[Number(ordinal)]}`)
    .replaceAll(/\b10\.0\.(\d)\./g, (_, ordinal: string) => `10.0.${order[Number(ordinal)]}.`);

/** What is kept in the order of names is in that order again; what is kept in the order of time stays as it is. */
const inOrder = (values: readonly unknown[]): readonly unknown[] => {
  const names = values.map(nameIn);
  return names.includes(undefined) ? values : values.toSorted((a, b) => ((nameIn(a) ?? "") < (nameIn(b) ?? "") ? -1 : 1));
};
const FIELDS = ["pod", "name", "host"] as const;
const nameIn = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { target, ...fields } = { target: undefined, ...value };
  const named: { readonly [field: string]: unknown } = { ...fields, ...(typeof target === "object" ? target : {}) };
  // Of objects the kind comes first; of all others there is none.
  const texts = ["kind", ...FIELDS].flatMap((field) => (typeof named[field] === "string" ? [named[field]] : []));
  return texts.length === 0 ? undefined : texts.join(" ");
};
