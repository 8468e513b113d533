import { expect, test } from "vitest";
import { invariant } from "./result.ts";
import { instant, isAtLeast, resourceVersion, timestampOf } from "./units.ts";

test("an instant is rendered as Kubernetes writes it, leap days included", () => {
  for (const text of ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-22T15:38:00Z", "2100-03-01T00:00:00Z"]) {
    expect(timestampOf(instant(Date.parse(text) + 999))).toBe(text);
  }
});

test("resource versions are compared as unbounded integers; what does not parse is only ever equal", () => {
  expect(isAtLeast(resourceVersion("10"), resourceVersion("9"))).toBe(true);
  expect(isAtLeast(resourceVersion("99999999999999999999"), resourceVersion("99999999999999999998"))).toBe(true);
  expect(isAtLeast(resourceVersion("abc"), resourceVersion("9"))).toBe(false);
  expect(isAtLeast(resourceVersion("abc"), resourceVersion("abc"))).toBe(true);
});

test("what only we can do wrong says what it was, and what to do about it", () => {
  expect(() => invariant(true, "never said")).not.toThrow();
  expect(() => invariant(false, "epochs grow")).toThrow(
    "Broken invariant: epochs grow. This is a bug in Gungnir; please report it with the log line before it.",
  );
});
