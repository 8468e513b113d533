// Who counts as frozen, one situation at a time: each was asked by a mutant that every other law let pass.
import { expect, test } from "vitest";
import { Driven, cluster, following, restarted, serving, userOf } from "../regressions/driven.ts";

/** The primary died after its replicas had let it in for a switchover, and what is told to `refusing` of them is refused. */
const died = (refusing: readonly number[]): Driven => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n));
  driven.until(1_000, 50);
  driven.fate = (action) =>
    action._tag === "Expel" && refusing.some((ordinal) => action.pod.pod === `web-${ordinal}`)
      ? { _tag: "Refused", why: "NOPERM", transient: false }
      : undefined;
  driven.says(0, restarted(0));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n, true, { users: [userOf(0)] }));
  driven.until(6_000, 50);
  return driven;
};

// Seen to fail: what a frozen member lets in not asked when it is counted.
test("a frozen member that refuses to cut off whom it lets in does not count", () => {
  expect(died([]).told("Elect")).toEqual(["Elect web-1 CandidateElected"]);
  const held = died([2]);
  expect(held.told("Freeze")).toEqual(expect.arrayContaining(["Freeze web-1 MemberFrozen", "Freeze web-2 MemberFrozen"]));
  expect(held.told("Elect")).toEqual([]);
});
