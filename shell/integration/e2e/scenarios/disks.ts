// The disk under the primary fills up, or dies. A server that cannot write its log refuses writes and stays what it is: that is told, and nobody
// takes over from a process that lives and answers. Whoever deletes its pod gets a handover, as from one that is well: it refuses PING and
// writes, and obeys all that a handover needs.
import { setTimeout as sleep } from "node:timers/promises";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import type { Subject } from "../../scenarios/subject.ts";
import { type Clients, employ, failOver } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const MEBIBYTES = 48;
/** More than D and all that follows it. */
const LONG_ENOUGH_MS = 8_000;

/** A handover, on machines that are busy; without one preStop alone waits 15 s. */
const GOING_MS = 10_000;

/** The write is refused for the disk's sake, it is told, and for long nobody takes over. */
const nobodyTakesOver = async (stage: Stage, subject: Subject, { workload: { ledger } }: Clients): Promise<void> => {
  const refuses = async (): Promise<boolean> => {
    const answer = await subject.valkey(subject.primary(), "SET", "key", "value").catch(String);
    return answer.includes("MISCONF");
  };
  await eventually("writes are refused", refuses, () => `${ledger.acknowledged("plain")} writes`);
  await sleep(LONG_ENOUGH_MS);
  const degraded = await subject.condition("Degraded");
  stage.figure("Degraded", `${String(degraded["status"])} ${String(degraded["reason"])}`);
  demand(degraded["status"] === "True", "the condition Degraded does not tell of it");
  demand(subject.epoch() === 1, `epoch ${subject.epoch()}: somebody took over from a primary that was alive`);
};

const full = async (stage: Stage): Promise<void> => {
  const disk = await stage.backend.faults.smallDisk({ namespace: stage.namespace, name: "data-web-0", mebibytes: MEBIBYTES });
  stage.keep(disk.undo);
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const { ledger } = clients.workload;
  const began = performance.now();
  await disk.fill();
  await nobodyTakesOver(stage, subject, clients);
  await disk.empty();
  const written = ledger.acknowledged("wait");
  await eventually(
    "clients write again",
    () => ledger.acknowledged("wait") > written + 50,
    () => subject.unsettled().join("; "),
  );
  stage.figure("gap ms", ledger.longestGap(began));
  await subject.whole();
  await clients.reckon({ plain: "kept", reads: "current" });
  stage.figure("epoch", subject.epoch());
};

const dead = async (stage: Stage): Promise<void> => {
  const disk = await stage.backend.faults.frailDisk({ namespace: stage.namespace, name: "data-web-0", mebibytes: MEBIBYTES });
  stage.keep(disk.undo);
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  await disk.fail();
  await nobodyTakesOver(stage, subject, clients);
  const seen = await failOver(subject, clients, (pod) => stage.backend.api.remove(pathTo("pods", subject.namespace, pod)));
  stage.figure("first write after its pod's deletion ms", seen.firstWrite);
  await disk.replace();
  await subject.whole();
  await clients.reckon({ plain: "kept", reads: "may be old" });
  demand(seen.epochs === 1, `${seen.epochs} epochs for one deletion`);
  demand(seen.firstWrite <= GOING_MS, `the first write after ${Math.round(seen.firstWrite)} ms; at most ${GOING_MS} ms is promised`);
};

export const disks: readonly Scenario[] = [
  { name: "disk-full", what: "the disk of the primary's volume is full, and has room again later", needs: ["smallDisk"], play: full },
  {
    name: "disk-errors",
    what: "the disk of the primary's volume answers with input/output errors; its pod is deleted, the disk replaced by an empty one",
    needs: ["frailDisk"],
    play: dead,
  },
];
