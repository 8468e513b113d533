// What the host does for us, and what is done where it does not, are the same.
import { expect, test } from "vitest";
import { hostOf } from "./encode-host.ts";
import { bytesOf } from "./text.ts";

const hosts = {
  node: globalThis,
  browser: { TextEncoder },
  neither: {},
  odd: { Buffer: {}, TextEncoder: {} },
  older: { TextEncoder: Object },
};
const strings = ["", "ascii", "é", "日本", "😀", "a\u07ff\u0800\uffff", "mixed é 日 😀 text".repeat(20)];

for (const [name, globals] of Object.entries(hosts)) {
  test(`${name}: a string as bytes, and written to a place among others`, () => {
    const { encodeUtf8, writeUtf8 } = hostOf(globals);
    for (const string of strings) {
      const expected = bytesOf(string);
      expect(new Uint8Array(encodeUtf8(string))).toEqual(expected);
      const bytes = new Uint8Array(expected.length + 6).fill(7);
      expect(writeUtf8(bytes, string, 2)).toBe(expected.length);
      expect(bytes).toEqual(Uint8Array.from([7, 7, ...expected, 7, 7, 7, 7]));
    }
  });

  test(`${name}: whole characters only, as far as there is room`, () => {
    const { writeUtf8 } = hostOf(globals);
    const bytes = new Uint8Array(4);
    expect(writeUtf8(bytes, "aéé", 0)).toBe(3);
    expect(bytes).toEqual(Uint8Array.of(0x61, 0xc3, 0xa9, 0));
    expect(writeUtf8(bytes, "éaa", 0)).toBe(4);
    expect(bytes).toEqual(Uint8Array.of(0xc3, 0xa9, 0x61, 0x61));
  });
}

test("what a host has is used, and of two the better one", () => {
  const used: string[] = [];
  class Buffer {
    utf8Write(string: string): number {
      used.push(`utf8Write ${string}`);
      return 0;
    }
  }
  class TextEncoder {
    encode(string: string): Uint8Array {
      used.push(`encode ${string}`);
      return new Uint8Array(0);
    }
    encodeInto(string: string): { readonly written: number } {
      used.push(`encodeInto ${string}`);
      return { written: 0 };
    }
  }
  for (const globals of [{ Buffer, TextEncoder }, { TextEncoder }, { Buffer }, {}]) {
    const { encodeUtf8, writeUtf8 } = hostOf(globals);
    encodeUtf8("a");
    writeUtf8(new Uint8Array(4), "b", 0);
    used.push("next");
  }
  expect(used.join()).toBe("encode a,utf8Write b,next,encode a,encodeInto b,next,utf8Write b,next,next");
});
