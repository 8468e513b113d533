// Everything that RESP2 and RESP3 can say, as one union.
//
// Payloads are bytes, because that is what the protocol carries: a key, a value and even the text of an error may hold any octet. Who wants
// text says so once, in `initial`, and gets it where the bytes are UTF-8; where they are not he gets the bytes, and the type makes him look:
// nothing is ever altered on the way to text. Who looks at few of many payloads asks for windows, which are made into either on demand.
//
// Integers are bigints. They are 64 bits on the wire and offsets are compared for equality; a number would round the large ones, and a
// type that is sometimes a number and sometimes a bigint breaks at the first `===` between the two. Who counts small things and wants
// speed asks for numbers in `initial`, and the type says that large ones are bigints still.
//
// A map keeps its entries in order, with keys of any type, twice if the server said so. No key ever becomes a property name, so a key
// `__proto__` is a key like any other.
//
// An attribute belongs to the value after it and is not a reply of its own, so it wraps that value: a pending reply can never be taken by
// an attribute. A push is never part of a reply, so it is not a `Value`: it exists only as a whole `Message`.

/** A payload as it was sent: the default. */
export type Bytes = { readonly bytes: Uint8Array };
/** A payload as text, or as bytes where it is not UTF-8. */
export type Text = { readonly text: string } | { readonly text: undefined; readonly bytes: Uint8Array };
/** A payload as a place: `source[from, to)`. See window.ts for what is done with it. */
export type Window = { readonly source: Uint8Array; readonly from: number; readonly to: number };

export type Payload = Bytes | Text | Window;

/** A value without attributes around it; inside there may be some. */
export type Bare<P extends Payload = Bytes, I extends bigint | number = bigint> =
  | ({ readonly _tag: "Simple" } & P)
  | ({ readonly _tag: "Error" } & P)
  | { readonly _tag: "Integer"; readonly value: I }
  | ({ readonly _tag: "Bulk" } & P)
  | { readonly _tag: "Array"; readonly items: readonly Value<P, I>[] }
  | { readonly _tag: "Null" }
  | { readonly _tag: "Boolean"; readonly value: boolean }
  | { readonly _tag: "Double"; readonly value: number }
  | { readonly _tag: "BigNumber"; readonly value: bigint }
  | ({ readonly _tag: "BulkError" } & P)
  | ({ readonly _tag: "Verbatim"; readonly format: string } & P)
  | { readonly _tag: "Map"; readonly entries: readonly Entry<P, I>[] }
  | { readonly _tag: "Set"; readonly items: readonly Value<P, I>[] };

export type Value<P extends Payload = Bytes, I extends bigint | number = bigint> = Bare<P, I> | Attributed<P, I>;

export type Attributed<P extends Payload, I extends bigint | number> = {
  readonly _tag: "Attributed";
  readonly attributes: readonly Entry<P, I>[];
  readonly value: Value<P, I>;
};

export type Entry<P extends Payload = Bytes, I extends bigint | number = bigint> = readonly [key: Value<P, I>, value: Value<P, I>];

/** Data the server sends unasked. It answers no request. */
export type Push<P extends Payload = Bytes, I extends bigint | number = bigint> = {
  readonly _tag: "Push";
  readonly items: readonly Value<P, I>[];
};

/** One whole thing on the wire: a reply, or a push. */
export type Message<P extends Payload = Bytes, I extends bigint | number = bigint> = Value<P, I> | Push<P, I>;

/** The value without the attributes around it; attributes deeper inside stay. */
export const bare = <P extends Payload, I extends bigint | number>(value: Value<P, I>): Bare<P, I> => {
  let inner = value;
  while (isAttributed(inner)) inner = inner.value;
  return inner;
};

const isAttributed = <P extends Payload, I extends bigint | number>(value: Value<P, I>): value is Attributed<P, I> =>
  value._tag === "Attributed";
