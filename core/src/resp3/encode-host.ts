// Bytes from text, by what the host of the program does natively (the other way round is platform.ts): looked for once, by shape, and done
// without where it is missing; the results are the same.
//
//   Node, Bun, Deno    Buffer.prototype.utf8Write, which works on any Uint8Array: 30 ns for a short string, and at the speed of memory
//   browsers           TextEncoder.encodeInto, three times that, for it needs a window on the rest of the bytes
//   neither            one character after the other
//
// No function here decides what is valid: where a host would replace what UTF-8 cannot express, its callers look first.

import { bytesOf } from "./text.ts";

export type Host = {
  /**
   * Writes a string as UTF-8, as far as whole characters fit, and answers with the number of bytes. Half a surrogate pair may become
   * three bytes of anything.
   */
  readonly writeUtf8: (bytes: Uint8Array, string: string, at: number) => number;
  /** A string without halves of surrogate pairs as UTF-8, in memory of its own where it is long. */
  readonly encodeUtf8: (string: string) => Uint8Array;
};

/** What these globals offer of it. */
export const hostOf = (globals: object): Host => {
  const encoder = encoderOf(Reflect.get(globals, "TextEncoder"));
  const write = methodOf(Reflect.get(globals, "Buffer"), "utf8Write");
  const encodeUtf8: Host["encodeUtf8"] = encoder === undefined ? bytesOf : (string) => encoder.encode(string);
  if (isUtf8Write(write)) return { encodeUtf8, writeUtf8: (bytes, string, at) => write.call(bytes, string, at, bytes.length - at) };
  if (encoder === undefined) return { encodeUtf8, writeUtf8: writeEach };
  return { encodeUtf8, writeUtf8: (bytes, string, at) => encoder.encodeInto(string, bytes.subarray(at)).written };
};

type Utf8Write = (this: Uint8Array, string: string, at: number, length: number) => number;
type Encoder = {
  readonly encode: (string: string) => Uint8Array;
  readonly encodeInto: (string: string, bytes: Uint8Array) => { readonly written: number };
};

const methodOf = (type: unknown, name: string): unknown => {
  if (typeof type !== "function" || typeof type.prototype !== "object" || type.prototype === null) return undefined;
  return Reflect.get(type.prototype, name);
};

const isUtf8Write = (method: unknown): method is Utf8Write => typeof method === "function";

const encoderOf = (type: unknown): Encoder | undefined => {
  if (typeof type !== "function") return undefined;
  const made: unknown = Reflect.construct(type, []);
  return isEncoder(made) ? made : undefined;
};

const isEncoder = (made: unknown): made is Encoder => typeof made === "object" && made !== null && "encodeInto" in made;

const writeEach: Host["writeUtf8"] = (bytes, string, start) => {
  let at = start;
  for (const character of string) {
    const encoded = bytesOf(character);
    if (at + encoded.length > bytes.length) break;
    bytes.set(encoded, at);
    at += encoded.length;
  }
  return at - start;
};

export const host: Host = hostOf(globalThis);
