import { expect, it } from "vitest";
import { contestants } from "./decoders.ts";
import { large, small } from "./inputs.ts";
import { type Figures, figuresIn } from "./outcome.ts";
import { growthOf, hostileTable } from "./table.ts";

const took: Figures = { outcome: { _tag: "Took" }, replies: 1, shown: ["1"], seconds: 0.1, fedBytes: 2 ** 20, peakBytes: 2 ** 20 };

it.each(large)("$name: as large as it says, in every size", ({ sizes, chunks }) => {
  for (const size of sizes) {
    let bytes = 0;
    for (const chunk of chunks(size)) bytes += chunk.length;
    expect(Math.abs(bytes - size)).toBeLessThan(Math.max(64, size / 1000));
  }
});

it("announces as many elements as it sends, so that the value is whole", () => {
  const [ours] = contestants;
  for (const { name, chunks } of large.filter((input) => input.name.endsWith("in one array"))) {
    const fed = ours?.start();
    for (const chunk of chunks(4000)) fed?.feed(chunk);
    expect([name, fed?.replies()]).toEqual([name, 1]);
  }
});

it.each(small)("of $name ours makes a whole value, or says what is wrong", ({ input }) => {
  const fed = contestants[0]?.start();
  let refused = false;
  try {
    fed?.feed(Buffer.from(input, "latin1"));
  } catch {
    refused = true;
  }
  expect(refused || fed?.replies() === 1).toBe(true);
});

it("compares the time of the two largest sizes, where there is some", () => {
  const half = { ...took, fedBytes: 2 ** 19 };
  expect(growthOf([{ ...half, seconds: 0.05 }, took])).toBeCloseTo(2);
  expect(growthOf([{ ...half, seconds: 0.001 }, took])).toBeUndefined();
  expect(growthOf([took])).toBeUndefined();
});

it("says in one cell what became of an input", () => {
  const died: Figures = { ...took, outcome: { _tag: "Died", how: "SIGSEGV" }, replies: 0, shown: [], seconds: Number.NaN };
  const outcomes = new Map([
    ["ours", [took]],
    ["hiredis", [died]],
  ]);
  expect(
    hostileTable([{ kind: "large", input: "x", outcomes }], "large")
      .split("\n")
      .at(-1),
  ).toBe("| x | a value, 100 ms, 1.0 MiB (1.0 ×) | **SIGSEGV** |");
  const waiting = new Map([["ours", [{ ...took, replies: 2, shown: ["abc", "lost"] }]]]);
  expect(
    hostileTable([{ kind: "small", input: "x", outcomes: waiting }], "small")
      .split("\n")
      .at(-1),
  ).toBe("| x | `abc`, `lost`, waits |");
});

it("takes only figures for figures", () => {
  expect(figuresIn(JSON.stringify(took))).toEqual(took);
  expect(() => figuresIn("{}")).toThrow("a worker wrote {}");
});
