// What becomes of the bytes of a string: bytes, text, or a window, as the caller chose in `initial`.

import { view } from "./held.ts";
import { platform } from "./platform.ts";
import { longest, middleText } from "./middle-text.ts";
import { shortest, shortText } from "./short-text.ts";
import { text } from "./text.ts";
import type { Payload, Text } from "./value.ts";

/** How payloads arrive. */
export type PayloadKind = "bytes" | "text" | "lazy";

/** A message in the making, of whatever kind of payload and integer: `decode` knows which, by the options of its state. */
export type Made =
  | ({ readonly _tag: "Simple" | "Error" | "Bulk" | "BulkError" } & Payload)
  | ({ readonly _tag: "Verbatim"; readonly format: string } & Payload)
  | { readonly _tag: "Integer"; readonly value: bigint | number }
  | { readonly _tag: "Null"; readonly value: undefined }
  | { readonly _tag: "Boolean"; readonly value: boolean }
  | { readonly _tag: "Double"; readonly value: number }
  | { readonly _tag: "BigNumber"; readonly value: bigint }
  | { readonly _tag: "Array" | "Set" | "Push"; readonly items: readonly Made[] }
  | { readonly _tag: "Map"; readonly entries: readonly (readonly [Made, Made])[] }
  | { readonly _tag: "Attributed"; readonly attributes: readonly (readonly [Made, Made])[]; readonly value: Made };

export const payloadOf = (kind: PayloadKind, source: Uint8Array, from: number, to: number): Payload => {
  switch (kind) {
    case "bytes":
      return { bytes: view(source, from, to) };
    case "text":
      return textPayload(source, from, to);
    case "lazy":
      return { source, from, to };
  }
};

type Tag = "Simple" | "Error" | "Bulk" | "BulkError";

/** A leaf whose payload is `source[from, to)`. */
export const leaf = (_tag: Tag, kind: PayloadKind, source: Uint8Array, from: number, to: number): Made => {
  if (from === to && kind !== "lazy") return kind === "bytes" ? noBytes[_tag] : noText[_tag];
  switch (kind) {
    case "bytes":
      return { _tag, bytes: view(source, from, to) };
    case "text": {
      const read = textOf(source, from, to);
      return read === undefined ? { _tag, text: undefined, bytes: new Uint8Array(view(source, from, to)) } : { _tag, text: read };
    }
    case "lazy":
      return { _tag, source, from, to };
  }
};

/** One of each empty payload for all; of the shape that the others have. */
const emptyOf = (of: (_tag: Tag) => Made): Readonly<Record<Tag, Made>> => ({
  Simple: of("Simple"),
  Error: of("Error"),
  Bulk: of("Bulk"),
  BulkError: of("BulkError"),
});
const noBytes = emptyOf((_tag) => ({ _tag, bytes: new Uint8Array(0) }));
const noText = emptyOf((_tag) => ({ _tag, text: "" }));

/** The commonest reply of all. */
export const okays: Readonly<Record<PayloadKind, Made>> = {
  bytes: { _tag: "Simple", bytes: Uint8Array.of(0x4f, 0x4b) },
  text: { _tag: "Simple", text: "OK" },
  lazy: { _tag: "Simple", source: Uint8Array.of(0x4f, 0x4b), from: 0, to: 2 },
};

const textPayload = (source: Uint8Array, from: number, to: number): Text => {
  const read = textOf(source, from, to);
  return read === undefined ? { text: undefined, bytes: new Uint8Array(view(source, from, to)) } : { text: read };
};

/** `source[from, to)` as text, or undefined where it is not UTF-8 or longer than a string may be. */
export const textOf = (source: Uint8Array, from: number, to: number): string | undefined => {
  const short = to - from <= shortest ? shortText(source, from, to) : to - from <= longest ? middleText(source, from, to) : undefined;
  if (short !== undefined) return short;
  if (to - from > longestText) return undefined;
  const read = platform.utf8(source, from, to);
  return read.includes(replacement) ? exactText(source, from, to) : read;
};

/** The text of `source[from, to)` if each byte is one character of it. Where that is not so, it is often seen from the beginning. */
export const asciiOf = (source: Uint8Array, from: number, to: number): string | undefined =>
  to - from > 4 * sample && asciiOf(source, from, from + sample) === undefined ? undefined : oneToOne(source, from, to);

const oneToOne = (source: Uint8Array, from: number, to: number): string | undefined => {
  const read = platform.utf8(source, from, to);
  return read.length === to - from && !read.includes(replacement) ? read : undefined;
};

const sample = 1024;

/** The replacement character stands for what was not UTF-8, or for itself. */
const exactText = (source: Uint8Array, from: number, to: number): string | undefined => {
  const read = text(view(source, from, to));
  return read._tag === "Ok" ? read.value : undefined;
};

const replacement = "\u{fffd}";

/** Of V8; other engines take at least as much. */
const longestText = 2 ** 29 - 24;
