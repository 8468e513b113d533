// The normal form of a world: of all worlds with one key (canonical.ts) the same one. The clock stands still at NOW and what is
// remembered gets older instead; versions and offsets are their ranks; what is as old as matters gets no older. So equal parts
// of worlds are equal values, however the worlds came about.
import type { ResourceVersion } from "@gungnir/core";
import { instant, resourceVersion } from "@gungnir/core";
import { Values } from "../explore/values.ts";
import type { Marks } from "../explore/marks.ts";
import type { Change, Leaves, Primitive } from "../explore/values.ts";
import { FAR, GAP, INSTANTS, MANY_TIMES, TIMESTAMP, VERSION } from "./canonical.ts";
import type { Cutoffs } from "./canonical.ts";

/** Of every world in normal form. */
export const NOW = instant(1_700_000_000_000);
const NO_TIME = "2023-11-14T22:13:20Z";
/** Between offsets that are far apart: so far that they stay apart. */
const FAR_APART = 1_000;
const VERSIONS = 7_700_000_000;

// A mark is a version or an offset with its kind in the two lowest bits, or says that there is an instant.
const [VERSION_MARK, OFFSET_MARK, INSTANT_MARK] = [0, 1, 2];
const valueOf = (mark: number): number => Math.floor(mark / 4);
const isInstant = (value: Primitive): value is number => typeof value === "number" && value >= INSTANTS && value < FAR;
const isVersion = (value: Primitive): value is string => typeof value === "string" && value.length === 10 && VERSION.test(value);

const OPAQUE = "manifest";

const leavesWith = ({ oldest, of }: Omit<Cutoffs, "now">): Leaves => ({
  kept: (field, value) => {
    if (typeof value === "string") {
      if (field === "offset" || field === "lag") return ""; // in words, for people: no decision reads it
      return value.length === NO_TIME.length && TIMESTAMP.test(value) ? NO_TIME : value;
    }
    if (isInstant(value)) return Math.max(value, NOW - (of[field] ?? oldest));
    return field === "times" && typeof value === "number" ? Math.min(value, MANY_TIMES) : value;
  },
  mark: markOf,
  opaque: OPAQUE,
});

const markOf = (_: string, value: Primitive): number | undefined => {
  if (typeof value === "bigint") return Number(value) * 4 + OFFSET_MARK;
  if (isVersion(value)) return (Number(value) - VERSIONS) * 4 + VERSION_MARK;
  return isInstant(value) ? INSTANT_MARK : undefined;
};

export class Normal {
  readonly values: Values;
  readonly #ageing = new Map<number, Change>();
  /** By the number of the marks. */
  readonly #rankings: (Change | "none" | undefined)[] = [];
  readonly #byText = new Map<string, Change>();

  constructor(cutoffs: Omit<Cutoffs, "now">) {
    this.values = new Values(leavesWith(cutoffs));
  }

  /** What was remembered on a clock that is so far ahead of NOW. */
  keepFrom<Value extends object>(value: Value, ahead: number): Value {
    const raw = new Values({ kept: (_, leaf) => leaf, mark: markOf, opaque: OPAQUE });
    return this.values.keep(raw.change(raw.keep(value), ageingBy(ahead)));
  }

  /** What is remembered and kept, so many milliseconds older, and no older than matters. */
  older<Value extends object>(value: Value, milliseconds: number): Value {
    if (milliseconds === 0) return value;
    const known = this.#ageing.get(milliseconds);
    if (known !== undefined) return this.values.change(value, known);
    this.#ageing.set(milliseconds, ageingBy(milliseconds));
    return this.older(value, milliseconds);
  }

  /** The change that makes ranks of the versions and offsets of these kept values and of a version; undefined where they are. */
  ranking(values: readonly object[], version: ResourceVersion | undefined): Change | undefined {
    let marks = this.values.marksOfLeaf("", version);
    for (const value of values) marks = this.values.union(marks, this.values.marksOf(value));
    const known = this.#rankings[marks.id];
    if (known !== undefined) return known === "none" ? undefined : known;
    const change = this.#rankingOf(new Set(marks.all));
    this.#rankings[marks.id] = change ?? "none";
    return change;
  }

  /** A version in normal form as a small number. */
  readonly numberOf = (version: ResourceVersion | undefined): number => (version === undefined ? 0 : Number(version) - VERSIONS);

  ranked(version: ResourceVersion | undefined, ranking: Change): ResourceVersion | undefined {
    const ranked = ranking.leaf("", version);
    return typeof ranked === "string" ? resourceVersion(ranked) : undefined;
  }

  #rankingOf(marks: ReadonlySet<number>): Change | undefined {
    const versions = ranks(marks, VERSION_MARK, 1, 1);
    const offsets = ranks(marks, OFFSET_MARK, GAP, FAR_APART);
    const moves = [...versions, ...offsets].filter(([from, to]) => from !== to);
    if (moves.length === 0) return undefined;
    const to = new Map(moves);
    const text = moves.join(" ");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const change: Change = {
      touches: remembering((all) => all.some((mark) => to.has(mark))),
      leaf: (field, value) => {
        const mark = markOf(field, value);
        const moved = mark === undefined ? undefined : to.get(mark);
        if (moved === undefined) return value;
        return typeof value === "bigint" ? BigInt(valueOf(moved)) : resourceVersion(String(VERSIONS + valueOf(moved)));
      },
      made: new Map(),
    };
    this.#byText.set(text, change);
    return change;
  }
}

const ageingBy = (milliseconds: number): Change => ({
  touches: remembering((all) => all.includes(INSTANT_MARK)),
  leaf: (_, value) => (isInstant(value) ? value - milliseconds : value),
  made: new Map(),
});

const remembering = (test: (all: readonly number[]) => boolean): ((marks: Marks) => boolean) => {
  const known: (boolean | undefined)[] = [];
  return ({ id, all }) => (known[id] ??= test(all));
};

/** From mark to mark: each its rank among those of its kind, a gap of `widest` or more counting as `far`. */
const ranks = (marks: ReadonlySet<number>, kind: number, widest: number, far: number): readonly (readonly [number, number])[] => {
  let [before, rank] = [0, 0];
  return [...marks]
    .filter((mark) => mark % 4 === kind)
    .toSorted((one, other) => one - other)
    .map((mark) => {
      const value = valueOf(mark);
      rank += value - before < widest ? value - before : far;
      before = value;
      return [mark, rank * 4 + kind] as const;
    });
};
