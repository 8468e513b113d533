// A pod whose container runs before anybody was told where: it has no address yet, so nobody asks it, and it is in nobody's way.
import { expect, test } from "vitest";
import { identityOf, record } from "../laws/cluster.ts";
import { Driven, cluster, following, serving, userOf } from "./driven.ts";

const unaddressed = (ordinal: number) =>
  cluster().pods.map((pod) => {
    const { address: _, ...rest } = pod;
    return pod.ordinal === ordinal ? rest : pod;
  });

// Seen to fail: with a drawn mutant that takes it for granted that whatever runs is being asked.
test("RC-1 a pod that runs and has no address yet throws nobody off, and is counted once it has one", () => {
  const one = { ...identityOf(1), state: "Streaming" } as const;
  const driven = new Driven(cluster({ pods: unaddressed(2), record: { ...record, members: [one] } }));
  driven.says(0, serving(100n, { users: [userOf(1)] }));
  driven.says(1, following(1, 100n));
  driven.until(5_000, 100);
  expect(driven.told("Enlist", "Claim")).toEqual([]);
  driven.read({ pods: cluster().pods });
  driven.says(2, following(2, 0n, false));
  driven.until(5_500, 100);
  expect(driven.told("Enlist")).toEqual(["Enlist web-1:Streaming,web-2:Joining MemberJoining"]);
});

// Seen to fail: with a drawn mutant that takes it for granted that whatever runs is being asked.
test("RC-1 the primary is lost while a pod has no address yet: whoever is counted takes over", () => {
  const driven = new Driven(cluster({ pods: unaddressed(2) }));
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.until(1_000, 100);
  driven.says(0, "silent");
  driven.until(6_000, 100);
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimarySilent"]);
});
