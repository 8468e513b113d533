// The role handed over on purpose, with clients writing: not one acknowledged write is lost, the plain ones included, and the
// old primary follows. A candidate that hangs is not waited for. `npm run scenarios` hands over ten times.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { change, isLong, openRig, PATIENCE_MS, type Rig, type Subject, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

const told = (subject: Subject, what: string): number =>
  rig.log.filter((line) => line["cluster"] === `default/${subject.name}` && line["because"] === what && line["decision"] === "Act").length;
const request = (subject: Subject, to: string): Promise<unknown> =>
  change(rig, subject.path, { metadata: { annotations: { "valkey.verilean.io/switchover": `${subject.epoch()} ${to}` } } });

/** Asks, and asks again where a machine that is busy with other tests did not let it happen in time: undone, or another one was elected. */
const handOver = async (subject: Subject, to: string): Promise<void> => {
  while (subject.primary() !== to) {
    const asked = subject.epoch();
    await request(subject, to);
    await until(
      `${to} is the primary, or not`,
      () => subject.epoch() > asked && subject.unsettled().length === 0,
      () => [`epoch ${subject.epoch()}, asked in ${asked}`, ...subject.unsettled()].join("; "),
    );
  }
  await subject.whole();
};

describe.concurrent("switchover", { timeout: 6 * PATIENCE_MS }, () => {
  test("on request, again and again: no acknowledged write lost, plain or not", async () => {
    const subject = await rig.create({ name: "asked" });
    await subject.whole();
    const workload = await subject.write({ plainClients: 2, waitClients: 2 });
    const count = isLong ? 10 : 3;
    for (let turn = 1; turn <= count; turn++) {
      const served = workload.ledger.acknowledged("plain");
      await until("clients write", () => workload.ledger.acknowledged("plain") > served + 50);
      const to = `asked-${turn % 3}`;
      await handOver(subject, to);
      const claims = ["Requested", "SwitchoverFailed"].map((why) => told(subject, why)).reduce((a, b) => a + b);
      expect(subject.epoch()).toBe(1 + claims);
    }
    const { verdict, lostWaits } = await subject.reckon(workload);
    expect(lostWaits).toEqual([]);
    expect(verdict.losses).toEqual([]);
    expect(verdict.tallies.plain.acknowledged).toBeGreaterThan(count * 50);
    // Where the target was elected after all, the old primary was frozen instead.
    expect(told(subject, "ClientsClosed")).toBeGreaterThanOrEqual(count - told(subject, "SwitchoverFailed"));
  });

  test("a candidate that hangs in the middle is not waited for: the old primary goes on, and loses nothing", async () => {
    const subject = await rig.create({ name: "stuck" });
    await subject.whole();
    const workload = await subject.write({ plainClients: 1, waitClients: 1 });
    const stop = rig.onLine((line) => {
      if (line["cluster"] === "default/stuck" && line["action"] === "Pause") subject.kill("stuck-1", "SIGSTOP");
    });
    await request(subject, "stuck-1");
    await until("it was begun", () => told(subject, "WritesPaused") > 0);
    stop();
    await until(
      "somebody serves",
      () => subject.epoch() > 1 && subject.watching.routedTo() === subject.primary() && subject.primary() !== "stuck-1",
    );
    const served = workload.ledger.acknowledged("plain");
    await until("clients write again", () => workload.ledger.acknowledged("plain") > served + 50);
    await sleep(500);
    subject.kill("stuck-1", "SIGCONT");
    await subject.whole();
    const { lostWaits } = await subject.reckon(workload);
    expect(lostWaits).toEqual([]);
  });

  test("a pod that is deleted while it is the primary hands over before it ends: writes are held for a moment, and none is lost", async () => {
    const subject = await rig.create({ name: "left" });
    await subject.whole();
    const workload = await subject.write({ plainClients: 2, waitClients: 2 });
    await until("clients write", () => workload.ledger.acknowledged("plain") > 50);
    await rig.sandbox.api.remove(pathTo("pods", "default", "left-0"));
    await until(
      "it was handed over",
      () => subject.primary() !== "left-0",
      () => subject.unsettled().join("; "),
    );
    await subject.whole();
    const served = workload.ledger.acknowledged("plain");
    await until("clients write again", () => workload.ledger.acknowledged("plain") > served + 50);
    const { verdict } = await subject.reckon(workload);
    expect(verdict.losses).toEqual([]);
    expect(told(subject, "PodLeaving")).toBeGreaterThan(0);
    expect(told(subject, "PrimaryDead") + told(subject, "PrimaryMissing")).toBe(0);
  });

  test("a scale-down that would remove the primary hands over first", async () => {
    const subject = await rig.create({ name: "shrunk" });
    await subject.whole();
    await handOver(subject, "shrunk-2");
    const workload = await subject.write({ plainClients: 2, waitClients: 0 });
    await until("clients write", () => workload.ledger.acknowledged("plain") > 50);
    await change(rig, `${subject.path}/scale`, { spec: { replicas: 2 } });
    await until(
      "it was handed over",
      () => subject.primary() !== "shrunk-2",
      () => subject.unsettled().join("; "),
    );
    await subject.whole(2);
    const { verdict } = await subject.reckon(workload, 2);
    expect(verdict.losses).toEqual([]);
    expect(told(subject, "ScaleDown")).toBeGreaterThan(0);
  });
});
