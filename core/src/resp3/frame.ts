// An aggregate that is still open: what it will be, what it has, and the aggregate around it. A linked list instead of the call stack, so
// that nesting costs memory in proportion to the bytes that nest and never overflows.
//
// A frame is one call's own until that call seals it: it appends to it as it likes. At the end of the call frames that stay open are
// sealed: `count` says how much of `items` belongs to them, and they never change again. `items` goes on to be shared: a later call that
// continues a sealed frame makes a frame of its own of it, and appends to the same items if nobody has yet; else it copies them.

import type { Made } from "./payload.ts";

export type Kind = "Array" | "Set" | "Map" | "Attributed" | "Push";

/** What a call does not own it does not change, though it could. */
export type Frame = {
  parent: Frame | undefined;
  kind: Kind;
  depth: number;
  /** A dot ends it, not its count. */
  isStreamed: boolean;
  /** The count at which it is whole (2 for each entry, and one more for what an attribute is attached to); streamed, too much. */
  expected: number;
  items: Made[];
  /** How many items there are; there may be room for more. */
  count: number;
  isSealed: boolean;
};

export const depthOf = (frame: Frame | undefined): number => (frame === undefined ? 0 : frame.depth);

/** A frame for an aggregate that begins, with room for so many items. */
export const opened = (parent: Frame | undefined, kind: Kind, isStreamed: boolean, expected: number, room: number): Frame => ({
  parent,
  kind,
  depth: depthOf(parent) + 1,
  isStreamed,
  expected,
  // oxlint-disable-next-line unicorn/no-new-array -- one kind of array, for one kind of store; and with all the room it needs
  items: new Array<Made>(room),
  count: 0,
  isSealed: false,
});

/** One item more, in a frame of this call. */
export const append = (frame: Frame, item: Made): void => {
  const { items, count, expected } = frame;
  put(items, count, item, expected);
  frame.count = count + 1;
};

/** One item more behind so many. */
export const put = (items: Made[], count: number, item: Made, expected: number): void => {
  if (count === items.length && count >= MANY && expected <= MOST) items.length = roomFor(count, expected);
  if (count < items.length) items[count] = item;
  else items.push(item);
};

/** Below it an engine's own way to grow, by half, costs nothing worth a thought; of more than the latter it would make a hash table. */
const MANY = 4096;
const MOST = 2 ** 25;

/**
 * How much room is made where so many items fill what there is: in steps that end at what was announced, so that the last copy is of no more
 * than two fifths of the list, and nothing of the room is left over.
 */
const roomFor = (count: number, expected: number): number => {
  let room = expected;
  for (let less = Math.floor(room / STEP); less > count; less = Math.floor(room / STEP)) room = less;
  return room;
};

/** Large steps leave fewer stores to be collected; larger ones would believe more of what was announced. */
const STEP = 2.5;

/** This call's own frame to go on with a sealed one. */
export const reopened = ({ parent, kind, depth, isStreamed, expected, items, count }: Frame): Frame => ({
  parent,
  kind,
  depth,
  isStreamed,
  expected,
  items: itemsOf(items, count),
  count,
  isSealed: false,
});

/** The items to go on with: those of a sealed frame only where nobody has gone on with them yet. */
export const itemsToGoOn = ({ items, count, isSealed }: Frame): Made[] => (isSealed ? itemsOf(items, count) : items);

const itemsOf = (items: Made[], count: number): Made[] => (items[count] === undefined ? items : items.slice(0, count));

/** Frames of this call are sealed; around a sealed one all are. */
export const seal = (innermost: Frame | undefined): void => {
  for (let frame = innermost; frame !== undefined && !frame.isSealed; frame = frame.parent) frame.isSealed = true;
};

/** The whole aggregate. A streamed one takes a copy of its items: an older state may still append to them. */
export const closed = ({ kind, isStreamed, items, count }: Frame): Made => whole(kind, isStreamed ? items.slice(0, count) : items);

export const whole = (kind: Kind, items: readonly Made[]): Made => {
  switch (kind) {
    case "Array":
    case "Set":
    case "Push":
      return { _tag: kind, items };
    case "Map":
      return { _tag: "Map", entries: entriesOf(items, items.length) };
    case "Attributed":
      return { _tag: "Attributed", attributes: entriesOf(items, items.length - 1), value: items[items.length - 1] ?? nothing };
  }
};

/** One of each for all: a reply of a million of them costs a million references. */
export const empties: Readonly<Record<Exclude<Kind, "Attributed">, Made>> = {
  Array: { _tag: "Array", items: [] },
  Set: { _tag: "Set", items: [] },
  Push: { _tag: "Push", items: [] },
  Map: { _tag: "Map", entries: [] },
};

/** One Null for all. Its value is there to give it the shape of the other scalars: five shapes are more than an engine tells apart in line. */
export const nothing: Made = { _tag: "Null", value: undefined };

const entriesOf = (items: readonly Made[], count: number): readonly (readonly [Made, Made])[] => {
  const entries: (readonly [Made, Made])[] = [];
  for (let at = 0; at + 1 < count; at += 2) {
    const key = items[at];
    const value = items[at + 1];
    if (key !== undefined && value !== undefined) entries.push([key, value]);
  }
  return entries;
};
