// The role handed over while both live, driven by hand: the way through, each way back, and what is found half done.
import { type Outcome, type Reading, SWITCHOVER, replicationId } from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf } from "../laws/cluster.ts";
import { Driven, cluster, following, leading, online, serving, userOf } from "./driven.ts";

const UPSTREAM = { host: addressOf(1), port: 6379, up: true, syncing: false };
const NEXT = { replid: replicationId("next"), replidBefore: replicationId("now") } as const;
/** web-1 as the primary that web-0 follows. */
const taken = (): Reading => leading(following(1, 100n, true, { ...NEXT, users: [userOf(0)], downstream: online(0) }));
const turned = (): Reading =>
  serving(100n, { ...NEXT, role: "replica", upstream: UPSTREAM, users: [userOf(1), userOf(2)], downstream: online(2) });

/** web-0 serves and is asked to hand over to web-1; `onHandOver` is what comes of it. */
const asked = (onHandOver: (driven: Driven) => Outcome | undefined): Driven => {
  const driven = new Driven(cluster({ annotations: { [SWITCHOVER]: "3 web-1" } }));
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.fate = (action) => (action._tag === "HandOver" ? onHandOver(driven) : undefined);
  return driven;
};

test("a switchover on request: counted, let in, paused, equal, handed over, published, clients closed, forgotten", () => {
  const driven = asked((one) => {
    one.says(1, taken());
    return undefined;
  });
  let hasTurned = false;
  driven.until(400, 20, () => {
    if (driven.told("HandOver").length === 0 || hasTurned) return;
    hasTurned = true;
    driven.says(0, turned());
  });
  expect(driven.told()).toEqual([
    "Claim web-1 Requested",
    "Admit web-1 MemberAdmitted",
    "Pause web-0 WritesPaused",
    "HandOver web-0 HandedOver",
    "Publish web-1 PrimaryPublished",
    "Unpause web-0 WritesResumed",
    "Mark web-1 DatasetMarked",
    "Admit web-1 MemberAdmitted",
    "Follow web-2 MemberRepointed",
    "Disconnect web-0 ClientsClosed",
    "Enlist web-0:Streaming,web-2:Streaming RetiredCertified",
  ]);
});

test("a candidate that does not catch up is not waited for: writes go on, and it is not asked again at once", () => {
  const driven = asked(() => undefined);
  driven.says(0, serving(105n));
  driven.until(2_000, 20);
  expect(driven.told("Claim", "Pause", "HandOver", "Unpause", "Publish")).toEqual([
    "Claim web-1 Requested",
    "Pause web-0 WritesPaused",
    "Publish web-0 SwitchoverUndone",
    "Unpause web-0 WritesResumed",
  ]);
  expect(driven.taken.find(({ action }) => action._tag === "Publish")?.at).toBeLessThan(700);
});

test("a candidate that dies before the handover: the old primary goes on in the new epoch", () => {
  const driven = asked(() => ({ _tag: "Refused", why: "FAILOVER target is not a replica", transient: true }));
  driven.until(2_500, 20);
  expect(driven.told("Publish")).toEqual(["Publish web-0 SwitchoverUndone"]);
  expect(driven.record.epoch).toBe(4);
  expect(driven.record.intent).toBeUndefined();
});

test("a handover that gets stuck: both are frozen, the old one by aborting its own FAILOVER, and it stays the primary", () => {
  const driven = asked((one) => {
    one.says(1, "silent");
    return undefined;
  });
  driven.until(20_000, 100);
  const told = driven.told();
  expect(told).toContain("Claim nobody SwitchoverFailed");
  expect(told).toContain("Elect web-0 OldPrimaryKept");
  const freezes = driven.taken.flatMap(({ action }) => (action._tag === "Fence" && action.abort === true ? [action.pod.pod] : []));
  expect(freezes).toContain("web-0");
});

test("the old primary dies in the middle: its successor has taken over, and is published", () => {
  const driven = asked((one) => {
    one.says(1, taken());
    one.says(0, "silent");
    return undefined;
  });
  driven.until(5_000, 100);
  expect(driven.told("Publish")).toEqual(["Publish web-1 PrimaryPublished"]);
});

test("0037 the old primary follows its candidate, which is none yet, and falls silent for ever: both are frozen, and the one that answers is elected", () => {
  const driven = asked(() => undefined);
  let heard = 0;
  driven.until(20_000, 100, () => {
    // Once it is heard as a replica, and never again.
    if (driven.told("HandOver").length > 0 && ++heard === 2) driven.says(0, "silent");
  });
  expect(driven.told()).toContain("Claim nobody SwitchoverFailed");
  expect(driven.told()).toContain("Elect web-1 CandidateElected");
});
