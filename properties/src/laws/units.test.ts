// The words of the domain: times are rendered as any calendar would, versions are compared as the numbers they are, names in one order. A day
// off by one in a Lease or a status, or "9" after "10", would be believed by everybody who reads it.
import {
  after,
  compareText,
  earlier,
  epoch,
  instant,
  isAtLeast,
  nextEpoch,
  preciseTimestampOf,
  resourceVersion,
  since,
  timestampOf,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";

const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59Z");
const DAY = 86_400_000;
/** Also the days around the ends of years, of leap years and of the centuries that have none, in every era. */
const anyTime = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }),
  fc
    .tuple(fc.integer({ min: 0, max: 9998 }), fc.constantFrom("-03-01", "-02-28", "-01-01", "-12-31"), fc.integer({ min: 0, max: DAY - 1 }))
    .map(([year, day, ofDay]) => Date.parse(`${String(year).padStart(4, "0")}${day}T00:00:00Z`) + ofDay),
  fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -1, max: 1 })).map(([century, day]) => {
    const start = Date.parse(`${String(century * 100).padStart(4, "0")}-03-01T00:00:00Z`);
    return Math.max(FIRST, start + day * DAY);
  }),
);

test.prop([anyTime, fc.constantFrom(0, 0.25, 0.75)], { numRuns: 500 })("an instant is rendered as the calendar has it", (ms, part) => {
  const iso = new Date(ms).toISOString();
  expect(timestampOf(instant(ms + part))).toBe(`${iso.slice(0, 19)}Z`);
  expect(preciseTimestampOf(instant(ms + part))).toBe(iso);
});

const digits = fc.oneof(fc.bigInt({ min: 0n, max: 12n }), fc.bigInt({ min: 0n, max: 2n ** 70n }));
test.prop([digits, digits])("versions that are numbers are compared as numbers of any size", (a, b) => {
  expect(isAtLeast(resourceVersion(String(a)), resourceVersion(String(b)))).toBe(a >= b);
});
const strange = fc.constantFrom("", "01", "-1", "1.5", "1e3", "v2", "2x", " 3", "abc");
test.prop([fc.oneof(strange, digits.map(String)), strange])("a version that is no number is as new as itself alone", (a, b) => {
  expect(isAtLeast(resourceVersion(a), resourceVersion(b))).toBe(a === b);
  expect(isAtLeast(resourceVersion(b), resourceVersion(a))).toBe(a === b);
});

const anyInstant = fc.option(fc.integer({ min: 0, max: 5 }).map(instant), { nil: undefined });
test.prop([anyInstant, anyInstant])("the earlier of two, where there is any", (a, b) => {
  expect(earlier(a, b)).toBe([a, b].filter((one) => one !== undefined).toSorted((one, other) => one - other)[0]);
});
test.prop([fc.integer(), fc.integer()])("how long ago is what has to be added to be now", (now, then) => {
  expect(after(instant(then), since(instant(now), instant(then)))).toBe(now);
  expect(since(instant(now), instant(now))).toBe(0);
});
test.prop([fc.array(fc.constantFrom("", "a", "B", "ä", "web-10", "web-9", "web-1"))])(
  "names have one order, the same in every language",
  (names) => {
    expect(names.toSorted(compareText)).toEqual(names.toSorted());
  },
);
it("the first claim of authority is 1, each further one is the next", () => {
  expect([nextEpoch(undefined), nextEpoch(epoch(1)), nextEpoch(epoch(41))]).toEqual([1, 2, 42]);
});
