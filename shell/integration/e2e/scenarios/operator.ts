// Faults of the operator and of its way to the API server: what is promised holds without it, and it goes on where it was.
import { setTimeout as sleep } from "node:timers/promises";
import type { Subject } from "../../scenarios/subject.ts";
import { employ, failOver, median } from "../measure.ts";
import { livesOf } from "../pods.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

/** Until another may take the Lease, and until it has. */
const LEASE_MS = 17_000;
const DOWN_AFTER_MS = 5_000;
const phases = ["Claim", "RouteWrites", "Freeze", "Elect", "Promote", "Follow", "Mark", "Publish"] as const;

/** Kills the leader as soon as it says that it is about to do this in a new epoch. */
const killAt = (stage: Stage, subject: Subject, action: string): (() => boolean) => {
  const { operator } = stage.backend;
  const epoch = subject.epoch();
  let isStruck = false;
  const stop = operator.onLine((line) => {
    if (isStruck || line["decision"] !== "Act" || line["action"] !== action || Number(line["epoch"]) <= epoch) return;
    isStruck = true;
    stop();
    void operator.kill();
  });
  return () => isStruck;
};

const killed = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const firsts: number[] = [];
  for (const phase of phases) {
    const isStruck = killAt(stage, subject, phase);
    const seen = await failOver(subject, clients, (pod) => stage.backend.faults.kill(stage.place(subject, pod)));
    firsts.push(seen.firstWrite);
    stage.figure("first write, median ms", median(firsts));
    stage.figure("first write, worst ms", Math.max(...firsts));
    await eventually(`the operator was killed at ${phase}`, isStruck);
    await subject.whole();
    demand(seen.epochs === 1, `killed at ${phase}: ${seen.epochs} epochs for one fault`);
  }
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  const worst = Math.max(...firsts);
  demand(worst <= LEASE_MS + DOWN_AFTER_MS + 3_000, `the first write after ${Math.round(worst)} ms; 17 s + D + 3 s is promised`);
};

const cutFromApi = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const { ledger } = clients.workload;
  const heal = stage.keep(await stage.backend.faults.cutApi());
  const began = performance.now();
  await sleep(LEASE_MS);
  stage.figure("gap while cut ms", ledger.longestGap(began));
  demand(ledger.longestGap(began) < 1_000, "clients were held up by an operator that is away");
  // The worst moment for it: without a claim nobody may take over, so the clients wait.
  const before = { epoch: subject.epoch(), primaries: subject.polling.primaries.length };
  const healed = sleep(5_000).then(async () => {
    const promoted = subject.polling.primaries.length - before.primaries;
    await heal();
    return promoted;
  });
  const seen = await failOver(subject, clients, (pod) => stage.backend.faults.kill(stage.place(subject, pod)));
  demand((await healed) === 0, "somebody became primary without a claim");
  stage.figure("first write ms", seen.firstWrite);
  await subject.whole();
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  demand(seen.epochs === 1, `${seen.epochs} epochs for one fault`);
};

const slowApi = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const firsts: number[] = [];
  for (const latency of [2_000, 5_000]) {
    const undo = stage.keep(await stage.backend.faults.slowApi(latency));
    await sleep(3_000);
    // With 5 s the Lease cannot be kept: nobody acts, which is safe, until the API is itself again.
    const later = latency < 3_000 ? undefined : sleep(15_000).then(undo);
    const seen = await failOver(subject, clients, (pod) => stage.backend.faults.kill(stage.place(subject, pod)));
    await later;
    await undo();
    firsts.push(seen.firstWrite);
    stage.figure(`${latency / 1000} s late: first write ms`, seen.firstWrite);
    await subject.whole();
  }
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
};

const upgrade = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const before = await livesOf(stage, subject.namespace);
  const began = performance.now();
  await stage.backend.operator.restart();
  await sleep(5_000);
  stage.figure("gap ms", clients.workload.ledger.longestGap(began));
  await subject.whole();
  await clients.reckon({ plain: "kept", reads: "current" });
  demand(
    (await livesOf(stage, subject.namespace)) === before,
    `pods are others than before: ${before} and now ${await livesOf(stage, subject.namespace)}`,
  );
  demand(subject.epoch() === 1, `epoch ${subject.epoch()}: nobody had to take over`);
};

export const operators: readonly Scenario[] = [
  {
    name: "operator-upgrade",
    what: "the operator is replaced by another: no pod restarts, nobody notices",
    needs: [],
    isBrief: true,
    play: upgrade,
  },
  {
    name: "operator-cut-from-api",
    what: "the operator cannot reach the API server; the primary dies meanwhile",
    needs: ["cutApi", "kill"],
    play: cutFromApi,
  },
  {
    name: "api-latency",
    what: "the API server answers 2 s, then 5 s late, and the primary dies each time",
    needs: ["slowApi", "kill"],
    play: slowApi,
  },
  {
    name: "operator-killed",
    what: "the leader is killed at each phase of a failover: the next completes the same epoch",
    needs: ["kill"],
    play: killed,
  },
];
