// What the host reads for us, and what is done where there is no such host, are the same.
import { expect, test } from "vitest";
import { platformOf } from "./platform.ts";
import { bytesOf } from "./text.ts";

const hosts = { node: globalThis, browser: { TextDecoder }, neither: {}, odd: { Buffer: {}, TextDecoder: 1 } };
const strings = ["", "ascii", "é", "日本", "😀", "\u{feff}a", "a\u07ff\u0800\uffff"];

for (const [name, globals] of Object.entries(hosts)) {
  const { utf8, uncleared } = platformOf(globals);

  test(`${name}: bytes among others as text`, () => {
    for (const string of strings) {
      const bytes = bytesOf(string);
      expect(utf8(Uint8Array.from([0x61, ...bytes, 0x62]), 1, bytes.length + 1)).toBe(string);
    }
  });

  test(`${name}: what is no text is seen by its replacement`, () => {
    expect(utf8(Uint8Array.of(0x61, 0xff, 0x62), 0, 3)).toContain("\u{fffd}");
  });

  test(`${name}: memory of that size, and of no subclass`, () => {
    expect(uncleared(100).length).toBe(100);
    expect(Object.getPrototypeOf(uncleared(100))).toBe(Uint8Array.prototype);
  });
}
