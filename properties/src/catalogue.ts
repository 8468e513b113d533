// The catalogue: every property by its id, in a sentence, with where it is judged. What the spec check prints, what the README shows,
// and what a test holds against the tests there are.
import { DOWN } from "./catalogue/down.ts";
import type { Entry } from "./catalogue/entry.ts";
import { FAILOVER } from "./catalogue/failover.ts";
import { LEADERSHIP } from "./catalogue/leadership.ts";
import { LIVENESS_ENTRIES } from "./catalogue/liveness.ts";
import { PROMOTION } from "./catalogue/promotion.ts";
import { RECONCILE } from "./catalogue/reconcile.ts";
import { SURFACE } from "./catalogue/surface.ts";
import { WIRE } from "./catalogue/wire.ts";

export type { Check, Entry, Technique } from "./catalogue/entry.ts";
export { PROMISES, type Promised } from "./catalogue/promises.ts";

export const CATALOGUE: readonly Entry[] = [
  ...RECONCILE,
  ...DOWN,
  ...PROMOTION,
  ...FAILOVER,
  ...LEADERSHIP,
  ...LIVENESS_ENTRIES,
  ...WIRE,
  ...SURFACE,
];

export const entryOf = (id: string): Entry | undefined => CATALOGUE.find((one) => one.id === id);

/** FO-5 of "FO-5 published": the id under which a property of the models stands in the catalogue. */
export const idOf = (property: string): string => property.split(" ")[0] ?? property;

/** Whether a title holds this name: LE-10 is not LE-1. */
export const isNamedIn = (title: string, name: string): boolean => {
  for (let at = title.indexOf(name); at >= 0; at = title.indexOf(name, at + 1)) if (!/^\d/.test(title.slice(at + name.length))) return true;
  return false;
};

/** How it is judged, in letters: X for models. */
export const techniquesOf = (one: Entry): string =>
  [...new Set(one.checks.map((check) => (check.by === "model" ? "X" : check.technique)))].toSorted().join(",");
