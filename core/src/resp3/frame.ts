// An aggregate that is still open: what it will be, what it has, and the aggregate around it. A linked list instead of the call stack, so
// that nesting costs memory in proportion to the bytes that nest and never overflows.
//
// Frames are shared between states like held bytes are (see held.ts): `items` is append-only and a frame sees the first `count` of it.
// A call to decode changes only frames that carry its own `owner`; any other frame is copied first, without its items.

import type { Entry, Message, Value } from "./value.ts";

export type Kind = "Array" | "Set" | "Map" | "Attributed" | "Push";

export type Frame = {
  readonly owner: object;
  readonly kind: Kind;
  /** Values still to come belong here too: 2 for each entry, and one more for what an attribute is attached to. `streamed`: until a dot. */
  readonly expected: number;
  readonly depth: number;
  readonly parent: Frame | undefined;
  items: Value[];
  count: number;
};

/** No count was announced; no count equals it. */
export const streamed = -1;

export const opened = (owner: object, kind: Kind, expected: number, parent: Frame | undefined): Frame => ({
  owner,
  kind,
  expected,
  depth: depthOf(parent) + 1,
  parent,
  items: [],
  count: 0,
});

export const depthOf = (frame: Frame | undefined): number => (frame === undefined ? 0 : frame.depth);

/** The frame with one more value: the same frame if it is the caller's own, a copy otherwise. */
export const appended = (owner: object, frame: Frame, value: Value): Frame => {
  const own = frame.owner === owner ? frame : { ...frame, owner };
  if (own.items.length !== own.count) own.items = own.items.slice(0, own.count);
  own.items.push(value);
  own.count += 1;
  return own;
};

/** The whole aggregate. A streamed one takes a copy of its items: an older state may still append to them. */
export const closed = (frame: Frame): Message => {
  const items = frame.expected === streamed ? frame.items.slice(0, frame.count) : frame.items;
  switch (frame.kind) {
    case "Array":
      return { _tag: "Array", items };
    case "Set":
      return { _tag: "Set", items };
    case "Push":
      return { _tag: "Push", items };
    case "Map":
      return { _tag: "Map", entries: entriesOf(items, items.length) };
    case "Attributed": {
      const value = items.at(-1) ?? { _tag: "Null" };
      return { _tag: "Attributed", attributes: entriesOf(items, items.length - 1), value };
    }
  }
};

const entriesOf = (items: readonly Value[], count: number): readonly Entry[] => {
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < count; at += 2) {
    const key = items[at];
    const value = items[at + 1];
    if (key !== undefined && value !== undefined) entries.push([key, value]);
  }
  return entries;
};
