// So many of them by lot: the same seed draws the same ones. The lot of each hangs on its own name and the seed alone, not on its place
// among the others, so that code that comes or goes elsewhere changes nothing but whether its own mutants are among them.
import { createHash } from "node:crypto";

export const draw = <Item>(items: readonly Item[], nameOf: (item: Item) => string, count: number, seed: number): readonly Item[] => {
  const met = new Map<string, number>();
  const lots = items.map((item) => {
    const name = nameOf(item);
    const before = met.get(name) ?? 0; // the same words in the same file, once more
    met.set(name, before + 1);
    return { item, lot: createHash("sha256").update(`${seed} ${before} ${name}`).digest("hex") };
  });
  return lots
    .toSorted((one, other) => (one.lot < other.lot ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
};
