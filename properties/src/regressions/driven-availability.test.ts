// Too few members to know that one of them holds all that was promised: the policy decides, and what may be lost is said first.
import { expect, test } from "vitest";
import { Driven, cluster, following, restarted, serving } from "./driven.ts";

const AVAILABLE = { onMissingQuorum: "PreferAvailability" } as const;

/** The primary and one of its two members fall silent together. */
const halved = (spec: Parameters<typeof cluster>[1]): Driven => {
  const driven = new Driven(cluster({}, spec));
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(1_000, 50);
  driven.says(0, "silent");
  driven.says(2, "silent");
  return driven;
};

/** The best data is on a member that must not be promoted. */
const excluded = (spec: Parameters<typeof cluster>[1]) => {
  const driven = new Driven(cluster({}, spec));
  driven.says(0, serving(100n));
  driven.says(1, following(1, 90n));
  driven.says(2, following(2, 100n, true, { priority: 0 }));
  driven.until(1_000, 50);
  driven.says(0, restarted(0));
  driven.until(4_000, 50);
  return driven;
};

test("by default nobody is elected from half of the members", () => {
  const driven = halved({});
  driven.until(30_000, 100);
  expect(driven.told("Elect")).toEqual([]);
  expect(driven.decision).toMatchObject({ because: "FreezeQuorumMissing" });
});

test("PreferAvailability waits for the write lease of the old primary, then says what may be lost, then goes on", () => {
  const driven = halved(AVAILABLE);
  driven.until(30_000, 50);
  const [claim, froze, elected] = ["Claim", "Freeze", "Elect"].map((tag) => driven.taken.find(({ action }) => action._tag === tag));
  expect(elected?.because).toBe("LossRisked");
  expect(elected?.action).toMatchObject({
    record: { intent: { candidate: { pod: "web-1" }, lossPossible: "1 of 2 members frozen: what others hold beyond offset 100 of now" } },
  });
  expect((elected?.at ?? 0) - (froze?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
  expect((elected?.at ?? 0) - (claim?.at ?? 0)).toBeLessThan(6_000);
  expect(driven.told("Promote")).toEqual(["Promote web-1 CandidatePromoted"]);
});

test("a death certificate makes the wait needless", () => {
  const driven = halved(AVAILABLE);
  driven.says(0, restarted(0));
  driven.until(3_000, 50);
  expect(driven.told("Elect")).toEqual(["Elect web-1 LossRisked"]);
});

test("the best data excluded by priority 0: held, or by policy passed over with the difference recorded", () => {
  expect(excluded({}).told("Elect")).toEqual([]);
  const available = excluded(AVAILABLE);
  expect(available.told("Elect")).toEqual(["Elect web-1 LossRisked"]);
  expect(available.taken.find(({ action }) => action._tag === "Elect")?.action).toMatchObject({
    record: { intent: { lossPossible: "web-2 is excluded with offset 100: what others hold beyond offset 90 of now" } },
  });
});
