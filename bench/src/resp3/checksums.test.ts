// What makes the figures comparable: on every row all contestants have read, or written, the same. (hiredis is compared in every run of
// the bench itself: not every machine has a compiler.)
import { describe, expect, it } from "vitest";
import { decoders } from "./decoders/index.ts";
import * as decoding from "./decoders/rows.ts";
import { encoders, passOf, perWrite } from "./encoders/index.ts";
import * as encoding from "./encoders/rows.ts";

describe.each(decoding.rows)("decoders on $name", ({ stream, protocol, task }) => {
  const { chunks } = stream();

  it.each(decoding.modes)("read the same %s", (mode) => {
    const sums = decoders.flatMap((decoder) => (decoder.protocol < protocol ? [] : [decoder.pass(mode, task)(chunks)]));
    expect(sums.length).toBeGreaterThanOrEqual(3);
    expect(new Set(sums).size).toBe(1);
  });
});

describe.each(encoding.rows)("encoders on $name", (row) => {
  it("write the same bytes, one by one and together", () => {
    const all = encoders.filter(({ name }) => name !== "ours, prepared");
    const count = Math.min(row.commands.length, 4);
    const written = all.flatMap(({ encoding: prepare }) => {
      const encode = prepare(row.commands);
      const single = row.commands.slice(0, count).flatMap((_, at) => encode(at, at + 1));
      return [Buffer.concat(single), Buffer.concat(encode(0, count))];
    });
    for (const bytes of written) expect(bytes.equals(written[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it.each(encoding.modes)("have the same checksum, %s", (mode) => {
    const sums = encoders.flatMap((encoder) => {
      const isAside = encoder.name === "ours, prepared";
      return isAside && !["PING", "INFO"].includes(row.name) ? [] : [passOf(encoder, row, perWrite(mode, encoding.together))().sum];
    });
    expect(new Set(sums).size).toBe(1);
  });
});
