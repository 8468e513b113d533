// A cluster that is as it should be costs the API server nothing but the Lease, whatever its clients write, and the operator does not
// grow with the time it looks at it.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isLong, openRig, type Rig, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

const LOOK_MS = isLong ? 60_000 : 12_000;
/** What a garbage collector may be late by. A leak of one reading a probe would be far above it in a minute. */
const SLACK_KIB = 24 * 1024;

const residentKib = (): number => {
  const { operator } = rig.sandbox.pids();
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${operator}/status`, "utf8"));
  return Number(line?.[1]);
};

test(`${LOOK_MS / 1000} s without an API write but the Lease's, while clients write`, { timeout: 240_000 }, async () => {
  // D of a cluster as people have it: on a busy machine an answer may take longer than the tests' own D allows.
  const subject = await rig.create({ name: "web", spec: { sentinel: { pingIntervalMs: 500, downAfterMs: 5000 } } });
  await subject.whole();
  const workload = await subject.write({ plainClients: 1, waitClients: 1 });
  let last = { writes: await rig.operatorWrites(), since: performance.now() };
  await until("the operator has nothing left to write", async () => {
    const writes = await rig.operatorWrites();
    if (writes.join() !== last.writes.join()) last = { writes, since: performance.now() };
    return performance.now() - last.since > 3_000;
  });
  expect(last.writes).not.toEqual([]);
  const [resident, written] = [residentKib(), workload.ledger.acknowledged("wait")];
  await sleep(LOOK_MS);
  expect(await rig.operatorWrites()).toEqual(last.writes);
  expect(residentKib() - resident).toBeLessThan(SLACK_KIB);
  expect(workload.ledger.acknowledged("wait")).toBeGreaterThan(written);
  await workload.stop();
  // The Lease is what remains: still renewed.
  const lease = await rig.get("/apis/coordination.k8s.io/v1/namespaces/gungnir-system/leases/gungnir-operator");
  expect(lease).toMatchObject({ spec: { leaseDurationSeconds: 15 } });
});
