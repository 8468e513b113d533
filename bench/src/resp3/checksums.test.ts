// What makes the figures comparable: on every row all contestants have read, or written, the same. (hiredis is compared in every run of
// the bench itself: not every machine has a compiler.)
import { describe, expect, it } from "vitest";
import { decoders } from "./decoders/index.ts";
import * as decoding from "./decoders/rows.ts";
import { encoders, passOf, perWrite } from "./encoders/index.ts";
import * as encoding from "./encoders/rows.ts";
import { entries } from "./entries.ts";

const contestantsOn = (kind: string, row: string, mode: string): readonly string[] =>
  entries.find((entry) => entry.kind === kind && entry.row === row && entry.mode === mode)?.contestants ?? [];

describe.each(decoding.rows)("decoders on $name", ({ name: row, stream, task }) => {
  const { chunks } = stream();

  it.each(decoding.modes)("read the same %s", (mode) => {
    const asked = contestantsOn("decode", row, mode);
    const sums = decoders.flatMap((decoder) => (asked.includes(decoder.name) ? [decoder.pass(mode, task)(chunks)] : []));
    expect(sums.length).toBeGreaterThanOrEqual(3);
    expect(new Set(sums).size).toBe(1);
  });
});

describe.each(encoding.rows)("encoders on $name", (row) => {
  const asked = contestantsOn("encode", row.name, "one by one");
  const all = encoders.filter(({ name }) => asked.includes(name));

  it("write the same bytes, one by one and together", () => {
    const count = Math.min(row.commands.length, 4);
    const written = all.map(({ encoding: prepare }) => {
      const encode = prepare(row.commands);
      const single = row.commands.slice(0, count).flatMap((_, at) => encode(at, at + 1));
      return [Buffer.concat(single), Buffer.concat(encode(0, count))];
    });
    expect(written.length).toBeGreaterThanOrEqual(4);
    for (const bytes of written.flat()) expect(bytes.equals(written[0]?.[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it.each(encoding.modes)("have the same checksum, %s", (mode) => {
    const sums = all.map((encoder) => passOf(encoder, row, perWrite(mode, encoding.together))().sum);
    expect(new Set(sums).size).toBe(1);
  });
});
