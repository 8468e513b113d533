// What an engine's host does faster than JavaScript can: text from bytes, and memory that nobody has to clear first. Core has no host (no
// Buffer, no TextDecoder), so they are looked for once, by shape, and done without where they are missing; the results are the same.

import { text } from "./text.ts";

export type Platform = {
  /** `bytes[from, to)` read as UTF-8; U+FFFD, or a text of another length, where it is none. */
  readonly utf8: (bytes: Uint8Array, from: number, to: number) => string;
  /** That many bytes, holding anything. */
  readonly uncleared: (size: number) => Uint8Array;
};

/** The fastest means the host offers: Node, Deno and Bun have a Buffer, browsers a TextDecoder. */
export const platformOf = (globals: object): Platform => {
  const buffer = property(globals, "Buffer");
  const slice = property(property(buffer, "prototype"), "utf8Slice");
  const allocate = property(buffer, "allocUnsafe");
  const decoder = property(globals, "TextDecoder");
  return {
    utf8: isSlice(slice) ? (bytes, from, to) => slice.call(bytes, from, to) : isDecoderClass(decoder) ? decoded(decoder) : portable,
    uncleared: isAllocate(allocate) ? (size) => plain(allocate(size)) : (size) => new Uint8Array(size),
  };
};

type Slice = (this: Uint8Array, from: number, to: number) => string;
type Allocate = (size: number) => Uint8Array;
type DecoderClass = new (label: string, options: { readonly ignoreBOM: boolean }) => { readonly decode: (bytes: Uint8Array) => string };

const property = (of: unknown, name: string): unknown =>
  (typeof of === "object" && of !== null) || typeof of === "function" ? Reflect.get(of, name) : undefined;

// What a host calls by these names has these types; a function is all that can be seen of them.
const isSlice = (value: unknown): value is Slice => typeof value === "function";
const isAllocate = (value: unknown): value is Allocate => typeof value === "function";
const isDecoderClass = (value: unknown): value is DecoderClass => typeof value === "function";

const decoded = (Decoder: DecoderClass): Platform["utf8"] => {
  const decoder = new Decoder("utf-8", { ignoreBOM: true });
  return (bytes, from, to) => decoder.decode(bytes.subarray(from, to));
};

const portable: Platform["utf8"] = (bytes, from, to) => {
  const read = text(bytes.subarray(from, to));
  return read._tag === "Ok" ? read.value : "\u{fffd}";
};

const plain = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array => new Uint8Array(buffer, byteOffset, length);

export const platform = platformOf(globalThis);
