// Where a decoder stands in its stream, and how it was asked to read it.

import { defaultLimits, type Failure, type Limits } from "./failure.ts";
import type { Frame } from "./frame.ts";
import type { CutNumber } from "./cut-number.ts";
import type { Piece } from "./held.ts";
import { type Made, okays, type PayloadKind } from "./payload.ts";
import type { Bytes, Payload, Text, Window } from "./value.ts";

/** Opaque, and good for any number of continuations. */
export type State<P extends Payload = Bytes, I extends bigint | number = bigint> = {
  readonly options: Options<P, I>;
  readonly consumed: number;
  /** The innermost aggregate that is open. */
  readonly frame: Frame | undefined;
  /** What the last chunk broke off in. */
  readonly pending: Pending | undefined;
  /** What a streamed string has so far; undefined outside of one. */
  readonly streamed: Streamed | undefined;
  readonly failure: Failure | undefined;
};

export type Pending =
  | CutNumber
  /** A line: its type byte, perhaps up to its carriage return. */
  | { readonly _tag: "Line"; readonly held: Piece }
  | Body;
/** A payload, or the CRLF after it. Of a streamed string, `held` is all of it so far. */
export type Body = {
  readonly _tag: "Body";
  readonly kind: BodyKind;
  readonly missing: number;
  readonly held: Piece | undefined;
  readonly afterCr: boolean;
  /** The byte of the connection up to which this says how things stand: see pending.ts. */
  readonly upTo: number;
};
export type BodyKind = "Bulk" | "BulkError" | "Verbatim" | "Chunk";
export type Streamed = { readonly held: Piece | undefined };

export type Options<P extends Payload = Payload, I extends bigint | number = bigint | number> = {
  readonly limits: Limits;
  readonly payload: PayloadKind;
  readonly integers: IntegerKind;
  /** `+OK`, of which there is one. */
  readonly okay: Made;
  /** Of the types of values, so that they follow from the options; there is nothing in it. */
  readonly of?: readonly [P, I];
};
export type IntegerKind = "bigint" | "number";

type Payloads = { readonly bytes: Bytes; readonly text: Text; readonly lazy: Window };
type Integers = { readonly bigint: bigint; readonly number: number | bigint };

/** The beginning of a connection. Limits left out have their defaults; payloads are bytes and integers bigints unless asked for otherwise. */
export const initial = <P extends PayloadKind = "bytes", I extends IntegerKind = "bigint">({
  limits,
  payload,
  integers,
}: { readonly limits?: Partial<Limits>; readonly payload?: P; readonly integers?: I } = {}): State<Payloads[P], Integers[I]> => ({
  options: {
    limits: { ...defaultLimits, ...limits },
    payload: payload ?? "bytes",
    integers: integers ?? "bigint",
    okay: okays[payload ?? "bytes"],
  },
  consumed: 0,
  frame: undefined,
  pending: undefined,
  streamed: undefined,
  failure: undefined,
});
