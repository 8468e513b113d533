// What happens to those who look after the cluster: the API server goes away and comes back, the operator is killed in the middle of a
// failover, or asked to end there. Clients write all the while; nothing acknowledged by WAIT is lost, and nobody has to help.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Loss } from "../../src/demo/checker.ts";
import { at, isLong, openRig, type Rig, type Subject, until } from "./rig.ts";

/** Short, so that a takeover fits into a test. */
const LEASE = ["--lease-duration-ms=3000", "--lease-renew-deadline-ms=2000", "--lease-retry-ms=300"];
const lease = "/apis/coordination.k8s.io/v1/namespaces/gungnir-system/leases/gungnir-operator";

let folder: string;
let rig: Rig;
let subject: Subject;
const progress: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gungnir-outages-"));
  rig = await openRig({ folder, restartOperator: true, operatorArgs: LEASE, progress: (what) => progress.push(what) });
  subject = await rig.create({ name: "web" });
  await subject.whole();
}, 120_000);
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

/** Does something to the operator as soon as it says that it is about to do this. */
const interrupt = (action: string, signal: NodeJS.Signals): Promise<number> =>
  new Promise((resolve) => {
    const epoch = subject.epoch();
    const stop = rig.onLine((line) => {
      const { operator } = rig.sandbox.pids();
      if (line["decision"] !== "Act" || line["action"] !== action || Number(line["epoch"]) <= epoch || operator === undefined) return;
      stop();
      process.kill(operator, signal);
      resolve(operator);
    });
  });

/** A failover that the operator does not live to see the end of: how many epochs it took, and what was lost. */
const interrupted = async (
  action: string,
  signal: NodeJS.Signals,
): Promise<{ readonly epochs: number; readonly lost: readonly Loss[] }> => {
  const before = { epoch: subject.epoch(), operator: rig.sandbox.pids().operator };
  const workload = await subject.write();
  await until("clients write", () => workload.ledger.acknowledged("wait") > 50);
  const struck = interrupt(action, signal);
  subject.kill(subject.primary(), "SIGKILL");
  expect(await struck).toBe(before.operator);
  await until("another operator", () => rig.sandbox.pids().operator !== before.operator);
  await until("another epoch", () => subject.epoch() > before.epoch);
  await subject.whole();
  const { lostWaits } = await subject.reckon(workload);
  return { epochs: subject.epoch() - before.epoch, lost: lostWaits };
};

const points = ["Claim", "RouteWrites", "Freeze", "Elect", "Promote", "Follow", "Mark", "Publish"] as const;
test.each(isLong ? points : (["Promote"] as const))(
  "the operator is killed when it is about to %s: the next one completes the same epoch",
  { timeout: 180_000 },
  async (point) => expect(await interrupted(point, "SIGKILL")).toEqual({ epochs: 1, lost: [] }),
);

test(
  "the operator is asked to end in the middle of a failover: it gives the Lease back and exits with 0",
  { timeout: 180_000 },
  async () => {
    await until("the Lease is held", async () => at(await rig.get(lease), "spec", "holderIdentity") !== "");
    const from = rig.log.length;
    const ends = progress.length;
    const released = until("the Lease is free", async () => at(await rig.get(lease), "spec", "holderIdentity") === "");
    expect(await interrupted("Freeze", "SIGTERM")).toEqual({ epochs: 1, lost: [] });
    await released;
    expect(progress.slice(ends)).toContain("operator again: operator ended with exit code 0");
    expect(rig.log.slice(from).filter((line) => line["level"] === "error")).toEqual([]);
  },
);

test("the API server is gone: clients go on, nobody is promoted, and all heals when it is back", { timeout: 180_000 }, async () => {
  const workload = await subject.write();
  await until("clients write", () => workload.ledger.acknowledged("wait") > 50);
  const before = { epoch: subject.epoch(), primary: subject.primary(), primaries: subject.polling.primaries.length };
  const { operator } = rig.sandbox.pids();
  process.kill(rig.sandbox.pids().apiServer, "SIGKILL");
  const served = workload.ledger.acknowledged("wait");
  await sleep(isLong ? 5_000 : 2_000); // longer than the Lease is trusted
  expect(workload.ledger.acknowledged("wait")).toBeGreaterThan(served);
  // The worst moment for it: without a claim nobody may take over, so the clients wait.
  subject.kill(before.primary, "SIGKILL");
  await sleep(isLong ? 5_000 : 2_000);
  expect(subject.polling.primaries.slice(before.primaries)).toEqual([]);

  await rig.sandbox.startApiServerAgain();
  await until("another epoch", () => subject.epoch() > before.epoch);
  await subject.whole();
  expect(subject.epoch()).toBe(before.epoch + 1);
  expect(rig.sandbox.pids().operator).toBe(operator);
  expect((await subject.reckon(workload)).lostWaits).toEqual([]);
});
