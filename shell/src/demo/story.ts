// The demonstration from the first write to the last: clients write all the time, three faults strike whichever pod is
// primary, and each time the cluster has to get over it before the next. What was seen becomes the findings; a step that
// does not come within its time ends the story there, and its name stands in the findings.
import { setTimeout as sleep } from "node:timers/promises";
import { commands } from "@gungnir/core/resp3";
import { check, type Pod } from "./checker.ts";
import { ask, type Login, type Target } from "./connection.ts";
import { faults, type Fault } from "./faults.ts";
import { keyOf, kinds, type Kind } from "./ledger.ts";
import type { Polling } from "./polling.ts";
import { unsettledOf } from "./settled.ts";
import { timelineOf, type Logged, type Timeline } from "./timeline.ts";
import { enoughWrites, straysAmong, type Episode, type Findings } from "./verdict.ts";
import type { Watching } from "./watching.ts";
import type { Workload } from "./workload.ts";

export type Stage = {
  readonly watching: Watching;
  readonly polling: Polling;
  readonly decisions: readonly Logged[];
  readonly workload: Workload;
  readonly replicas: number;
  readonly port: number;
  readonly login: Login;
  /** The folder everything of the sandbox lives in. */
  readonly root: string;
  readonly say: (line: string) => void;
  /** Delete an acknowledged WAIT write everywhere before the reckoning: proof that the checker can fail. */
  readonly plantLoss: boolean;
};

/** Far above any failover here (D = 5 s), short enough for a reader to wait for. */
const stepTimeoutMs = 45_000;

/** Strikes three times and reckons up; throws with the name of the step that did not come. */
export const tell = async (stage: Stage): Promise<Findings> => {
  const episodes: Omit<Episode, "writesAfter">[] = [];
  for (const [index, fault] of faults.entries()) {
    await enough(stage, `before fault ${index + 1}`);
    episodes.push(await episode(stage, fault, index + 1));
  }
  await enough(stage, "after the last fault");
  const totals = { plain: stage.workload.ledger.acknowledged("plain"), wait: stage.workload.ledger.acknowledged("wait") };
  await stage.workload.stop();
  stage.say("the clients stop; every acknowledged key is looked up on every pod");
  const unsettled = await settle(stage, true);
  if (stage.plantLoss) await plantLoss(stage);
  const counts = episodes.map((each) => each.writesBefore);
  return {
    episodes: episodes.map((each, index) => ({
      ...each,
      writesBefore: difference(counts[index], counts[index - 1]),
      writesAfter: difference(counts[index + 1] ?? totals, counts[index]),
    })),
    writes: await check(stage.workload.ledger.entries, podsOf(stage)),
    finalEpoch: stage.watching.record()?.epoch ?? 0,
    strays: straysAmong(stage.polling.primaries, stage.watching.records),
    unsettled,
  };
};

/** One fault, from a settled cluster to a settled cluster. `writesBefore` counts from the very beginning. */
const episode = async (stage: Stage, fault: Fault, number: number): Promise<Omit<Episode, "writesAfter">> => {
  const { watching, polling, workload, say } = stage;
  const before = watching.record();
  const struck = polling.states().find(({ name }) => name === before?.primary?.pod);
  if (before === undefined || struck?.said === undefined) throw new Error(`there is no primary to strike for fault ${number}`);
  const { processId } = struck.said;
  const writesBefore = { plain: workload.ledger.acknowledged("plain"), wait: workload.ledger.acknowledged("wait") };
  say(`fault ${number}: ${fault.story} (${struck.name}, ${fault.name})`);
  const at = await fault.strike(processId, stage.root);
  const current = (): Timeline =>
    timelineOf({
      fault: at,
      epoch: before.epoch + 1,
      records: watching.records,
      primaries: polling.primaries,
      log: stage.decisions,
      firstWriteAfter: workload.ledger.firstAfter,
    });
  await until(
    `the first write after fault ${number} (${fault.name})`,
    () => current().instants["first write"] !== undefined,
    () => unsettled(stage),
  );
  say(`writes again ${((current().instants["first write"] ?? at) - at).toFixed(0)} ms after the fault`);
  if (fault.relieve !== undefined) {
    await sleep(hungForMs);
    say(`${struck.name} is woken: it still believes to be the primary`);
    fault.relieve(processId);
    await sleep(wakeMs);
  }
  await settle(stage, false);
  return { name: fault.name, epochBefore: before.epoch, epochAfter: watching.record()?.epoch ?? 0, timeline: current(), writesBefore };
};

/** Long enough for clients to be at home with the new primary before the old one wakes up. */
const hungForMs = 500;
/** A woken process needs an instant before it can be seen to say anything at all. */
const wakeMs = 100;

/** Waits until each kind has enough acknowledged writes since the last time this was asked. */
const enough = async ({ workload }: Stage, when: string): Promise<void> => {
  const start = { plain: workload.ledger.acknowledged("plain"), wait: workload.ledger.acknowledged("wait") };
  const missing = (): readonly string[] =>
    kinds.flatMap((kind) => {
      const count = workload.ledger.acknowledged(kind) - start[kind];
      return count >= enoughWrites ? [] : [`${count} ${kind} writes of ${enoughWrites}`];
    });
  await until(`enough writes ${when}`, () => missing().length === 0, missing);
};

const unsettled = (stage: Stage, sameOffsets = false): readonly string[] =>
  unsettledOf({
    record: stage.watching.record(),
    routedTo: stage.watching.routedTo(),
    pods: stage.polling.states(),
    replicas: stage.replicas,
    sameOffsets,
  });

/** Waits for a settled cluster; what still differs when the time is over is the answer, not an exception. */
export const settle = async (stage: Stage, sameOffsets: boolean): Promise<readonly string[]> => {
  const deadline = performance.now() + stepTimeoutMs;
  while (performance.now() < deadline && unsettled(stage, sameOffsets).length > 0) await sleep(20);
  return unsettled(stage, sameOffsets);
};

/** Waits for a condition; throws with its name and what was there instead. */
export const until = async (what: string, condition: () => boolean, instead: () => readonly string[]): Promise<void> => {
  const deadline = performance.now() + stepTimeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${stepTimeoutMs / 1000} s: ${instead().join("; ")}`);
    await sleep(10);
  }
};

const podsOf = ({ watching, port, login }: Stage): readonly Pod[] =>
  watching.pods().flatMap(({ name, address }) => (address === undefined ? [] : [{ name, target: { host: address, port, login } }]));

const plantLoss = async (stage: Stage): Promise<void> => {
  const victim = stage.workload.ledger.entries.find(({ kind, outcome }) => kind === "wait" && outcome === "acknowledged");
  const primary = stage.watching.record()?.primary?.pod;
  const target: Target | undefined = podsOf(stage).find(({ name }) => name === primary)?.target;
  if (victim === undefined || target === undefined) throw new Error("there is nothing to plant a loss in");
  await ask(target, commands.del(keyOf(victim.kind, victim.sequence)), 1_000);
  stage.say(`planted: ${keyOf(victim.kind, victim.sequence)} deleted behind the checker's back`);
};

const difference = (later: Counts | undefined, earlier: Counts | undefined): Counts => ({
  plain: (later?.plain ?? 0) - (earlier?.plain ?? 0),
  wait: (later?.wait ?? 0) - (earlier?.wait ?? 0),
});
type Counts = Readonly<Record<Kind, number>>;
