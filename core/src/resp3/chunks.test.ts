// Chunks of unusual size, and values of which there is one: what the decoder does differently for their sake shows nowhere.
import { expect, test } from "vitest";
import { bytesOf, decode, initial, isBetweenMessages, shown } from "./index.ts";
import { inParts } from "./parts.ts";
import { textOf } from "./payload.ts";

const replies = "$3\r\nfoo\r\n*2\r\n:1\r\n*2\r\n+OK\r\n$12\r\na longer text\r\n%1\r\n$1\r\nk\r\n,2.5\r\n>1\r\n:-7\r\n";

test("a chunk too large for one go says the same in parts of any size", () => {
  const chunk = bytesOf(replies);
  const whole = decode(initial({ payload: "text" }), chunk);
  for (let size = 1; size <= chunk.length + 1; size += 1) {
    const { values, error } = inParts(decode, initial({ payload: "text" }), chunk, size);
    expect({ size, values, error }).toEqual({ size, values: whole.values, error: whole.error });
  }
});

test("in parts, what is wrong is said where it is, after the values before it", () => {
  const { values, error, state } = inParts(decode, initial(), bytesOf("+OK\r\n+OK\r\n?\r\n+OK\r\n"), 4);
  expect(values).toHaveLength(2);
  expect(error).toMatchObject({ _tag: "Malformed", reason: "UnknownType", at: 10 });
  expect(decode(state, bytesOf("+OK\r\n"))).toMatchObject({ values: [], error });
});

// Seen to fail (40 s): room made for all messages that may follow, again at each crowd of usual ones.
test("a large chunk in which crowds of usual messages and an odd one take turns takes linear time", () => {
  const turn = `${":1\r\n".repeat(40)}(1\r\n`;
  const turns = 6400;
  const { values, error } = decode(initial(), bytesOf(turn.repeat(turns)));
  expect(error).toBe(undefined);
  expect(values).toHaveLength(41 * turns);
  expect(values.filter(({ _tag }) => _tag === "BigNumber")).toHaveLength(turns);
}, 4000);

test("a long list that grows holds what came and no more, and a state in its middle may be gone on with twice", () => {
  for (const count of [4095, 4096, 4097, 10_240, 10_241, 30_000]) {
    const opened = decode(initial({ integers: "number" }), bytesOf(`*${count}\r\n`)).state;
    const half = decode(opened, bytesOf(":1\r\n".repeat(5000).slice(0, 4 * Math.min(5000, count - 1)))).state;
    const rest = count - Math.min(5000, count - 1);
    for (const digit of [2, 3]) {
      const { values, state } = decode(half, bytesOf(`:${digit}\r\n`.repeat(rest)));
      const items = values[0]?._tag === "Array" ? values[0].items : [];
      expect(items).toHaveLength(count);
      expect(items.map((item) => (item._tag === "Integer" ? item.value : undefined))).toEqual(
        Array.from({ length: count }, (_, at) => (at < count - rest ? 1 : digit)),
      );
      expect(isBetweenMessages(state)).toBe(true);
    }
  }
});

test("what is longer than a string may be is no text", () => {
  expect(textOf(new Uint8Array(2 ** 29), 0, 2 ** 29)).toBe(undefined);
});

const alone: readonly [string, unknown][] = [
  ["$0\r\n\r\n", ""],
  ["$1\r\na\r\n", "a"],
  ["$10\r\n0123456789\r\n", "0123456789"],
  ["$4\r\n\r\n\r\n\r\n", "\r\n\r\n"],
];

for (const [wire, text] of alone) {
  test(`${shown(bytesOf(wire)).trimEnd()} alone in a chunk, and with others`, () => {
    const expected = { _tag: "Bulk", text };
    expect(decode(initial({ payload: "text" }), bytesOf(wire)).values).toEqual([expected]);
    expect(decode(initial({ payload: "text" }), bytesOf(wire + wire)).values).toEqual([expected, expected]);
    expect(decode(initial({ payload: "text" }), bytesOf(`*1\r\n${wire}`)).values).toEqual([{ _tag: "Array", items: [expected] }]);
  });
}

test("a bulk that only looks as if it were alone is none", () => {
  for (const wire of ["$01\r\na\r\n", "$1x\r\na\r\n", "$1\r\n\na\r\n", "$1\rxa\r\n", "$2\r\na\r\n", "$1\r\nab\r\n"])
    for (let cut = 1; cut < wire.length; cut += 1) {
      const whole = decode(initial(), bytesOf(wire));
      const first = decode(initial(), bytesOf(wire.slice(0, cut)));
      const second = decode(first.state, bytesOf(wire.slice(cut)));
      expect({ values: [...first.values, ...second.values], error: second.error }).toEqual({ values: whole.values, error: whole.error });
    }
});

test("a bulk alone in a chunk is measured too", () => {
  const state = initial({ limits: { bulkBytes: 3 } });
  expect(decode(state, bytesOf("$3\r\nabc\r\n")).error).toBe(undefined);
  expect(decode(state, bytesOf("$4\r\nabcd\r\n"))).toMatchObject({ values: [], error: { limit: "bulkBytes", needed: 4 } });
});

test("there is one object of each empty value and small integer, whole or cut off inside", () => {
  const each = ["$0\r\n\r\n", "+\r\n", "-\r\n", "*0\r\n", "~0\r\n", "%0\r\n", "_\r\n", "#t\r\n", ":0\r\n", ":-16\r\n", ":255\r\n"];
  for (const wire of each) {
    const { values } = decode(initial(), bytesOf(`*2\r\n${wire}${wire}`));
    const [list] = values;
    expect(list?._tag === "Array" && list.items[0] === list.items[1] ? "one" : wire).toBe("one");
  }
  expect(decode(initial(), bytesOf("*2\r\n:256\r\n:-17\r\n")).values).toEqual([
    {
      _tag: "Array",
      items: [
        { _tag: "Integer", value: 256n },
        { _tag: "Integer", value: -17n },
      ],
    },
  ]);
});
