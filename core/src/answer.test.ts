import { expect, test } from "vitest";
import { answerOf, errorOf, excerpt } from "./answer.ts";
import { bytesOf } from "./resp3/index.ts";

const error = { _tag: "Error", bytes: bytesOf("LOADING the data set") } as const;

test("an error is one, however it came; what was not answered is none", () => {
  expect(answerOf(error)).toEqual({ _tag: "Failed", error: "LOADING the data set" });
  expect(answerOf({ _tag: "Null" })).toEqual({ _tag: "Replied", value: { _tag: "Null" } });
  const prefixes = [{ _tag: "Failed", error: "LOADING the data set" } as const, { _tag: "Replied", value: error } as const].map(
    (answer) => errorOf(answer)?.prefix,
  );
  expect(prefixes).toEqual(["LOADING", "LOADING"]);
  expect(errorOf({ _tag: "Replied", value: { _tag: "Null" } })).toBeUndefined();
  expect(errorOf({ _tag: "Unknown", written: true, why: "Timeout" })).toBeUndefined();
  expect(errorOf({ _tag: "Refused", why: "not connected" })).toBeUndefined();
});

test("of what a hostile server says two hundred bytes are shown", () => {
  expect(excerpt(bytesOf("x".repeat(1_000)))).toContain("x".repeat(200));
  expect(excerpt(bytesOf("x".repeat(1_000)))).not.toContain("x".repeat(201));
});
