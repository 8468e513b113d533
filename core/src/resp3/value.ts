// Everything that RESP2 and RESP3 can say, as one union.
//
// Payloads are bytes, because that is what the protocol carries: a key, a value and even the text of an error may hold any octet, and a
// decoder that made strings of them would have to alter what is not UTF-8. `text` in text.ts reads bytes as text, and says where it cannot.
//
// Integers are bigints. They are 64 bits on the wire and offsets are compared for equality; a number would round the large ones, and a
// type that is sometimes a number and sometimes a bigint breaks at the first `===` between the two.
//
// A map keeps its entries in order, with keys of any type, twice if the server said so. No key ever becomes a property name, so a key
// `__proto__` is a key like any other.
//
// An attribute belongs to the value after it and is not a reply of its own, so it wraps that value: a pending reply can never be taken by
// an attribute. A push is never part of a reply, so it is not a `Value`: it exists only as a whole `Message`.

export type Value =
  | { readonly _tag: "Simple"; readonly bytes: Uint8Array }
  | { readonly _tag: "Error"; readonly bytes: Uint8Array }
  | { readonly _tag: "Integer"; readonly value: bigint }
  | { readonly _tag: "Bulk"; readonly bytes: Uint8Array }
  | { readonly _tag: "Array"; readonly items: readonly Value[] }
  | { readonly _tag: "Null" }
  | { readonly _tag: "Boolean"; readonly value: boolean }
  | { readonly _tag: "Double"; readonly value: number }
  | { readonly _tag: "BigNumber"; readonly value: bigint }
  | { readonly _tag: "BulkError"; readonly bytes: Uint8Array }
  | { readonly _tag: "Verbatim"; readonly format: string; readonly bytes: Uint8Array }
  | { readonly _tag: "Map"; readonly entries: readonly Entry[] }
  | { readonly _tag: "Set"; readonly items: readonly Value[] }
  | { readonly _tag: "Attributed"; readonly attributes: readonly Entry[]; readonly value: Value };

export type Entry = readonly [key: Value, value: Value];

/** Data the server sends unasked. It answers no request. */
export type Push = { readonly _tag: "Push"; readonly items: readonly Value[] };

/** One whole thing on the wire: a reply, or a push. */
export type Message = Value | Push;

/** The value without the attributes around it; attributes deeper inside stay. */
export const bare = (value: Value): Bare => {
  let inner = value;
  while (inner._tag === "Attributed") inner = inner.value;
  return inner;
};

export type Bare = Exclude<Value, { readonly _tag: "Attributed" }>;
