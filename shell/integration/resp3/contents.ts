// What is stored in a server to be asked for again, a key of each type, and how the replies are compared with it in either protocol: a map may
// be a flat array, a double may be text.

import { bare, type Message, type Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";

type Octets = Uint8Array;
export type Contents = {
  readonly text: Octets;
  readonly fields: readonly (readonly [field: Octets, value: Octets])[];
  readonly items: readonly Octets[];
  readonly members: readonly Octets[];
  /** In the order of a sorted set. */
  readonly scores: readonly (readonly [member: Octets, score: number])[];
  readonly number: bigint;
};

/** One character an octet. */
export const latin1 = (bytes: Octets): string => Buffer.from(bytes).toString("latin1");

const octets = fc.uint8Array({ maxLength: 30 }).map((bytes): Octets => new Uint8Array(bytes));
const score = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, 0.1, 1e21)).map((value) => value + 0); // no -0

/** At least one of each: an empty collection does not exist. */
export const contents: fc.Arbitrary<Contents> = fc.record({
  text: octets,
  fields: fc.uniqueArray(fc.tuple(octets, octets), { minLength: 1, maxLength: 6, selector: ([field]) => latin1(field) }),
  items: fc.array(octets, { minLength: 1, maxLength: 6 }),
  members: fc.uniqueArray(octets, { minLength: 1, maxLength: 6, selector: latin1 }),
  scores: fc
    .uniqueArray(fc.tuple(octets, score), { minLength: 1, maxLength: 6, selector: ([member]) => latin1(member) })
    .map((scores) => scores.toSorted(([left, one], [right, other]) => (one === other ? Buffer.compare(left, right) : one - other))),
  number: fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
});

/** As ZADD takes it. */
export const scoreWord = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return value < 0 ? "-inf" : "inf";
};

/** The entries of a map, or of the flat array that stands for one. */
export const entriesIn = (message: Message | undefined): ReadonlyMap<string, string> => {
  if (message?._tag === "Map") return new Map(message.entries.map(([key, value]) => [textIn(key), textIn(value)]));
  const texts = textsIn(message);
  return new Map(texts.flatMap((text, at) => (at % 2 === 0 ? [[text, texts[at + 1] ?? ""] as const] : [])));
};

export const textsIn = (message: Message | undefined): readonly string[] =>
  message?._tag === "Array" || message?._tag === "Set" ? message.items.map(textIn) : [];

/** Members with scores: pairs in RESP3, one flat array in RESP2. */
export const scoresIn = (message: Message | undefined): readonly (readonly [member: string, score: number])[] => {
  if (message?._tag !== "Array") return [];
  const flat = message.items.flatMap((item) => (item._tag === "Array" ? item.items : [item]));
  return flat.flatMap((item, at) => (at % 2 === 0 ? [[textIn(item), numberIn(flat[at + 1])] as const] : []));
};

const textIn = (value: Value): string => {
  const inner = bare(value);
  if (inner._tag === "Bulk") return latin1(inner.bytes);
  throw new Error(`expected a bulk string, found ${inner._tag}`);
};

const numberIn = (value: Value | undefined): number => {
  if (value?._tag === "Double") return value.value;
  return value === undefined ? Number.NaN : Number(textIn(value).replace("inf", "Infinity"));
};
