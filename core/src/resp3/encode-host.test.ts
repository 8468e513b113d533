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
  const { encodeUtf8, writeUtf8 } = hostOf(globals);

  test(`${name}: a string as bytes, and written to a place among others`, () => {
    for (const string of strings) {
      const expected = bytesOf(string);
      expect(new Uint8Array(encodeUtf8(string))).toEqual(expected);
      const bytes = new Uint8Array(expected.length + 6).fill(7);
      expect(writeUtf8(bytes, string, 2)).toBe(expected.length);
      expect(bytes).toEqual(Uint8Array.from([7, 7, ...expected, 7, 7, 7, 7]));
    }
  });

  test(`${name}: whole characters only, as far as there is room`, () => {
    const bytes = new Uint8Array(4);
    expect(writeUtf8(bytes, "aéé", 0)).toBe(3);
    expect(bytes).toEqual(Uint8Array.of(0x61, 0xc3, 0xa9, 0));
  });
}
