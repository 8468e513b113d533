// What the parts of the decoder share: the state between two chunks, and the run of one call, which is a state being worked on.

import type { Frame } from "./frame.ts";
import { defaultLimits, type Failure, type Limits, type Reason } from "./failure.ts";
import { type Held, view } from "./held.ts";
import { shown } from "./text.ts";
import type { Message } from "./value.ts";

/** Where a decoder stands in its stream. Opaque, and good for any number of continuations. */
export type State = {
  readonly limits: Limits;
  readonly phase: Phase;
  readonly top: Frame | undefined;
  /** What a streamed string has so far; undefined outside of one. */
  readonly pieces: Pieces | undefined;
  readonly consumed: number;
  readonly failure: Failure | undefined;
};

/** The beginning of a connection. Limits left out have their defaults. */
export const initial = (limits: Partial<Limits> = {}): State => ({
  limits: { ...defaultLimits, ...limits },
  phase: lineStart,
  top: undefined,
  pieces: undefined,
  consumed: 0,
  failure: undefined,
});

export type Phase =
  | { readonly _tag: "Line"; readonly held: Held | undefined }
  | { readonly _tag: "Body"; readonly kind: BodyKind; readonly size: number; readonly held: Held | undefined }
  | { readonly _tag: "End"; readonly kind: BodyKind; readonly bytes: Uint8Array; readonly afterCr: boolean };
export type BodyKind = "Bulk" | "BulkError" | "Verbatim" | "Chunk";
export type Pieces = { readonly held: Held | undefined };

/** One call of decode: its own, so it may change it. */
export type Run = { -readonly [Key in keyof State]: State[Key] } & {
  readonly chunk: Uint8Array;
  readonly owner: object;
  readonly values: Message[];
  position: number;
};

export const lineStart: Phase = { _tag: "Line", held: undefined };

/** A whole line without its type byte and CRLF is `source[from, to)`; `start` is where it began, relative to the chunk. */
export type Line = { readonly source: Uint8Array; readonly from: number; readonly to: number; readonly start: number };

/** Each of these ends the run; they return false, as whatever cannot go on does. */
export const unreadable = (run: Run, reason: Reason, { source, from, to, start }: Line): boolean =>
  fail(run, { _tag: "Malformed", reason, found: shown(view(source, from - 1, Math.min(to, from + shownBytes))), at: run.consumed + start });

export const malformed = (run: Run, reason: Reason, position: number): boolean =>
  fail(run, { _tag: "Malformed", reason, found: shown(view(run.chunk, position, position + 1)), at: run.consumed + position });

export const excess = (run: Run, limit: keyof Limits, needed: number, position: number): boolean =>
  fail(run, { _tag: "Excess", limit, allowed: run.limits[limit], needed, at: run.consumed + position });

/** Enough of a line to recognise what is speaking at the other end. */
const shownBytes = 32;

export const fail = (run: Run, failure: Failure): boolean => {
  run.failure = failure;
  return false;
};
