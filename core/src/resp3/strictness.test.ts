import { expect, test } from "vitest";
import { decode, encode, initial, shown } from "./index.ts";
import { bytesOf } from "./text.ts";
import { type Outcome, strictness } from "./strictness.ts";

const outcomeOf = (wire: string): Outcome => {
  const { values, error } = decode(initial(), bytesOf(wire));
  if (error?._tag === "Malformed") return { _tag: "Malformed", reason: error.reason };
  if (error?._tag === "Excess") return { _tag: "Excess", limit: error.limit };
  const [value] = values;
  if (value === undefined) return { _tag: "Incomplete" };
  const canonical = encode(value);
  expect(values).toHaveLength(1);
  return { _tag: "Accepted", canonical: canonical._tag === "Ok" ? shown(canonical.value) : canonical.problem.rule };
};

test.each(strictness)("RESP-10 $wire: $why", ({ wire, outcome }) => {
  expect(outcomeOf(wire)).toEqual(outcome);
});

test("RESP-10 no spelling stands in the table twice", () => {
  expect(new Set(strictness.map((row) => row.wire)).size).toBe(strictness.length);
});
