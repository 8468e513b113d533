// Whichever pod is primary may fail, again and again: every failover succeeds and takes one epoch, no write that was acknowledged by
// WAIT 1 is lost, and each pod that was hit comes back as a replica. `npm run scenarios` strikes ten times, in all the ways below.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faults } from "../../src/demo/faults.ts";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { isLong, openRig, type Rig, type Subject, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

type Strike = (subject: Subject, pod: string) => Promise<void>;

const [crash, hang, dataGone] = faults;
const processId = (subject: Subject, pod: string): number => {
  const pid = rig.sandbox.processOf({ namespace: subject.namespace, pod });
  if (pid === undefined) throw new Error(`${pod} has no process`);
  return pid;
};
const strikes: Readonly<Record<string, Strike>> = {
  SIGKILL: async (subject, pod) => void (await crash?.strike(processId(subject, pod), rig.sandbox.folder)),
  "SIGSTOP, woken after its successor serves": async (subject, pod) => {
    const pid = processId(subject, pod);
    await hang?.strike(pid, rig.sandbox.folder);
    await until(`${pod} is replaced`, () => subject.primary() !== pod && subject.watching.routedTo() === subject.primary());
    await sleep(300);
    hang?.relieve?.(pid);
  },
  "pod deleted": async (subject, pod) => void (await rig.sandbox.api.remove(pathTo("pods", subject.namespace, pod))),
  "pod deleted by force": async (subject, pod) =>
    void (await rig.sandbox.api.remove(pathTo("pods", subject.namespace, pod), { graceSeconds: 0 })),
  "data gone": async (subject, pod) => void (await dataGone?.strike(processId(subject, pod), rig.sandbox.folder)),
};
const short = ["SIGKILL", "SIGSTOP, woken after its successor serves", "pod deleted by force", "SIGKILL"];
const long = [...Object.keys(strikes), ...Object.keys(strikes)];

test(
  "serial failovers of whichever pod is primary: one epoch each, no write acknowledged by WAIT lost, every pod recovers",
  { timeout: 600_000 },
  async () => {
    const subject = await rig.create({ name: "web", spec: { persistence: { enabled: true } } });
    await subject.whole();
    const workload = await subject.write();
    const hit: string[] = [];
    for (const name of isLong ? long : short) {
      const before = { epoch: subject.epoch(), pod: subject.primary(), written: workload.ledger.acknowledged("wait") };
      await until("clients write", () => workload.ledger.acknowledged("wait") > before.written + 50);
      hit.push(before.pod);
      await strikes[name]?.(subject, before.pod);
      await until(
        `${name} of ${before.pod}: another epoch`,
        () => subject.epoch() > before.epoch,
        () => subject.unsettled().join("; "),
      );
      await subject.whole();
      expect({ name, epoch: subject.epoch() }).toEqual({ name, epoch: before.epoch + 1 });
      const served = workload.ledger.acknowledged("wait");
      await until(`${name} of ${before.pod}: clients write again`, () => workload.ledger.acknowledged("wait") > served + 50);
    }
    const { verdict, lostWaits } = await subject.reckon(workload);
    expect(lostWaits).toEqual([]);
    expect(verdict.tallies.wait.acknowledged).toBeGreaterThan(hit.length * 100);
    expect(new Set(hit).size).toBeGreaterThan(1);
  },
);
