// The same stream in the other forms a caller may ask for: payloads as text or as windows, integers as numbers. Put back into the default
// form they have to be what the default says; and text is text exactly where the bytes are UTF-8.

import {
  bytesOf,
  decode,
  initial,
  type Limits,
  type Message,
  type Text,
  type Value,
  type Window,
  windowBytes,
  windowText,
} from "@gungnir/core/resp3";

type Form = { readonly name: string; readonly values: (chunks: readonly Uint8Array[], limits: Partial<Limits>) => readonly Message[] };

/** Every other form, and what a stream says in it, put back into the default one. */
export const forms: readonly Form[] = [
  {
    name: "text and numbers",
    values: (chunks, limits) => {
      const values: Message[] = [];
      let state = initial({ limits, payload: "text", integers: "number" });
      for (const chunk of chunks) {
        const decoded = decode(state, chunk);
        values.push(...decoded.values.map((value) => plain<Text, number | bigint>(value, bytesOfText)));
        ({ state } = decoded);
      }
      return values;
    },
  },
  {
    name: "windows",
    values: (chunks, limits) => {
      const values: Message[] = [];
      let state = initial({ limits, payload: "lazy" });
      for (const chunk of chunks) {
        const decoded = decode(state, chunk);
        values.push(...decoded.values.map((value) => plain<Window, bigint>(value, bytesOfWindow)));
        ({ state } = decoded);
      }
      return values;
    },
  },
];

const plain = <P extends Text | Window, I extends bigint | number>(
  message: Message<P, I>,
  bytesIn: (payload: P) => Uint8Array,
): Message => {
  const all = (items: readonly Value<P, I>[]): Value[] => items.map((item) => valueOf(item));
  const valueOf = (value: Value<P, I>): Value => {
    switch (value._tag) {
      case "Simple":
      case "Error":
      case "Bulk":
      case "BulkError":
        return { _tag: value._tag, bytes: bytesIn(value) };
      case "Verbatim":
        return { _tag: "Verbatim", format: value.format, bytes: bytesIn(value) };
      case "Integer":
        return { _tag: "Integer", value: exact(value.value) };
      case "Array":
      case "Set":
        return { _tag: value._tag, items: all(value.items) };
      case "Map":
        return { _tag: "Map", entries: value.entries.map(([key, field]) => [valueOf(key), valueOf(field)]) };
      case "Attributed":
        return {
          _tag: "Attributed",
          attributes: value.attributes.map(([key, field]) => [valueOf(key), valueOf(field)]),
          value: valueOf(value.value),
        };
      case "Null":
      case "Boolean":
      case "Double":
      case "BigNumber":
        return value;
    }
  };
  return message._tag === "Push" ? { _tag: "Push", items: all(message.items) } : valueOf(message);
};

/** A bigint only where a number would not be exact. */
const exact = (value: bigint | number): bigint => {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error(`the integer ${value} as a number is not exact`);
  return BigInt(value);
};

const bytesOfText = (payload: Text): Uint8Array => {
  if (payload.text === undefined) {
    if (isUtf8(payload.bytes)) throw new Error("UTF-8 that did not arrive as text");
    return payload.bytes;
  }
  return bytesOf(payload.text);
};

const bytesOfWindow = (payload: Window): Uint8Array => {
  const bytes = windowBytes(payload);
  if ((windowText(payload) === undefined) === isUtf8(bytes)) throw new Error("a window that is text and no UTF-8, or the other way round");
  return bytes;
};

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
