// Values that a script can return, written in Lua, and what the server makes of each for a client of either protocol. Rules of its
// luaReplyToServerReply with setresp(3): what RESP2 has no type for becomes text, a number, or the flat array.

import type { Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";

export type Said =
  | { readonly _tag: "Integer"; readonly value: number }
  | { readonly _tag: "Bulk" | "Verbatim"; readonly bytes: Uint8Array }
  | { readonly _tag: "Simple" | "Error"; readonly text: string }
  | { readonly _tag: "Boolean"; readonly value: boolean }
  | { readonly _tag: "Double"; readonly value: number }
  | { readonly _tag: "BigNumber"; readonly value: bigint }
  | { readonly _tag: "Array"; readonly items: readonly Said[] }
  | { readonly _tag: "Set"; readonly members: readonly string[] }
  | { readonly _tag: "Map"; readonly entries: readonly (readonly [key: string, value: Said])[] };

const octets = fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes));
const words = fc.stringMatching(/^[A-Z]{1,6} [ -~]{0,12}$/);
const keys = fc.stringMatching(/^[a-z]{1,5}$/);

/** Nothing that Lua rounds, cuts off or orders by itself. */
export const anySaid: fc.Arbitrary<Said> = fc.letrec<{ said: Said }>((tie) => ({
  said: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    fc.maxSafeInteger().map((value): Said => ({ _tag: "Integer", value })),
    octets.map((bytes): Said => ({ _tag: "Bulk", bytes })),
    octets.map((bytes): Said => ({ _tag: "Verbatim", bytes })),
    words.map((text): Said => ({ _tag: "Simple", text })),
    words.map((text): Said => ({ _tag: "Error", text })),
    fc.boolean().map((value): Said => ({ _tag: "Boolean", value })),
    fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 0.1, 1e21)).map((value): Said => ({ _tag: "Double", value })),
    fc.bigInt().map((value): Said => ({ _tag: "BigNumber", value })),
    fc.array(tie("said"), { maxLength: 4 }).map((items): Said => ({ _tag: "Array", items })),
    fc.uniqueArray(keys, { maxLength: 4 }).map((members): Said => ({ _tag: "Set", members })),
    fc
      .uniqueArray(fc.tuple(keys, tie("said")), { maxLength: 3, selector: ([key]) => key })
      .map((entries): Said => ({ _tag: "Map", entries })),
  ),
})).said;

/** An expression of Lua. */
export const inLua = (said: Said): string => {
  switch (said._tag) {
    case "Integer":
      return String(said.value);
    case "Bulk":
      return quoted(said.bytes);
    case "Verbatim":
      return `{verbatim_string={format='mkd', string=${quoted(said.bytes)}}}`;
    case "Simple":
      return `{ok=${quoted(Buffer.from(said.text))}}`;
    case "Error":
      return `{err=${quoted(Buffer.from(said.text))}}`;
    case "Boolean":
      return String(said.value);
    case "Double":
      return `{double=${Number.isFinite(said.value) ? preciseOf(said.value) : `${said.value < 0 ? "-" : ""}math.huge`}}`;
    case "BigNumber":
      return `{big_number='${said.value}'}`;
    case "Array":
      return `{${said.items.map(inLua).join(", ")}}`;
    case "Set":
      return `{set={${said.members.map((member) => `${member}_=true`).join(", ")}}}`;
    case "Map":
      return `{map={${said.entries.map(([key, value]) => `${key}_=${inLua(value)}`).join(", ")}}}`;
  }
};

/** What arrives, with sets and maps in the order of their names. */
export const inProtocol = (said: Said, protocol: number): Value => {
  const isThree = protocol === 3;
  switch (said._tag) {
    case "Integer":
      return { _tag: "Integer", value: BigInt(said.value) };
    case "Bulk":
      return { _tag: "Bulk", bytes: said.bytes };
    case "Verbatim":
      return isThree ? { _tag: "Verbatim", format: "mkd", bytes: said.bytes } : { _tag: "Bulk", bytes: said.bytes };
    case "Simple":
    case "Error":
      return { _tag: said._tag, bytes: utf8(said.text) };
    case "Boolean":
      return isThree ? said : { _tag: "Integer", value: said.value ? 1n : 0n };
    case "Double":
      return isThree ? said : { _tag: "Bulk", bytes: utf8(spelled(said.value)) };
    case "BigNumber":
      return isThree ? said : { _tag: "Bulk", bytes: utf8(String(said.value)) };
    case "Array":
      return { _tag: "Array", items: said.items.map((item) => inProtocol(item, protocol)) };
    case "Set": {
      const items = said.members.toSorted().map((member): Value => ({ _tag: "Bulk", bytes: utf8(`${member}_`) }));
      return { _tag: isThree ? "Set" : "Array", items };
    }
    case "Map": {
      const entries = said.entries
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, value]): [Value, Value] => [{ _tag: "Bulk", bytes: utf8(`${key}_`) }, inProtocol(value, protocol)]);
      return isThree ? { _tag: "Map", entries } : { _tag: "Array", items: entries.flat() };
    }
  }
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Every octet as itself: three digits each, so that none is read together with what follows. */
const quoted = (bytes: Uint8Array): string => `'${Array.from(bytes, (byte) => `\\${String(byte).padStart(3, "0")}`).join("")}'`;

const preciseOf = (value: number): string => (Object.is(value, -0) ? "-0.0" : value.toPrecision(17));

/** What arrived, with sets and maps in the order of their names, as `inProtocol` has them: Lua keeps no order. RESP2 spells doubles anyhow. */
export const arranged = (value: Value, said: Said | undefined): Value => {
  if (said === undefined) return value;
  switch (said._tag) {
    case "Array":
      if (value._tag !== "Array") return value;
      return { _tag: "Array", items: value.items.map((item, at) => arranged(item, said.items[at])) };
    case "Set":
      if (value._tag !== "Array" && value._tag !== "Set") return value;
      return { _tag: value._tag, items: value.items.toSorted(byText) };
    case "Map": {
      const values = new Map(said.entries);
      const entryOf = (key: Value | undefined, field: Value | undefined): [Value, Value] => {
        const name = key?._tag === "Bulk" ? Buffer.from(key.bytes).toString("latin1").slice(0, -1) : "";
        return [key ?? nothing, arranged(field ?? nothing, values.get(name))];
      };
      if (value._tag === "Map") {
        const entries = value.entries.map(([key, field]) => entryOf(key, field));
        return { _tag: "Map", entries: entries.toSorted(([left], [right]) => byText(left, right)) };
      }
      if (value._tag !== "Array") return value;
      const pairs = value.items.flatMap((key, at) => (at % 2 === 0 ? [entryOf(key, value.items[at + 1])] : []));
      return { _tag: "Array", items: pairs.toSorted(([left], [right]) => byText(left, right)).flat() };
    }
    case "Double": {
      if (value._tag !== "Bulk") return value;
      const text = Buffer.from(value.bytes).toString("latin1").replace("inf", "Infinity");
      return { _tag: "Bulk", bytes: utf8(spelled(Number(text))) };
    }
    case "Integer":
    case "Bulk":
    case "Verbatim":
    case "Simple":
    case "Error":
    case "Boolean":
    case "BigNumber":
      return value;
  }
};

const nothing: Value = { _tag: "Null" };

const byText = (left: Value, right: Value): number => {
  if (left._tag !== "Bulk" || right._tag !== "Bulk") return 0;
  return Buffer.compare(left.bytes, right.bytes);
};

const spelled = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
