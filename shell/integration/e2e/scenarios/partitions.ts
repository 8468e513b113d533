// Wires are cut, and nobody is told: the primary from everybody, from the operator alone, from its replicas alone.
import { setTimeout as sleep } from "node:timers/promises";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import { at, listOf } from "../../scenarios/reading.ts";
import { type Side, standing, type Undo } from "../backend.ts";
import { employ, failOver } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const DOWN_AFTER_MS = 5_000;
/** After which the two ends of a replication link give it up (`repl-timeout`). */
const LINK_MS = 10_000;

const fromEveryone = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  let heal: Undo = standing;
  const seen = await failOver(subject, clients, async (pod) => {
    heal = stage.keep(await stage.backend.faults.cut(stage.place(subject, pod), "everyone"));
  });
  stage.figure("first write ms", seen.firstWrite);
  stage.figure("gap ms", seen.gap);
  await sleep(5_000);
  await heal();
  await subject.whole();
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  demand(seen.epochs === 1, `${seen.epochs} epochs for one fault`);
  demand(seen.firstWrite <= DOWN_AFTER_MS + 3_000, `the first write after ${Math.round(seen.firstWrite)} ms; D + 3 s is promised`);
};

/** Cut off like this the primary is alive, and somebody knows: nobody takes over, and clients that reach it go on. */
const nobodyTakesOver = async (stage: Stage, from: (pods: readonly string[]) => Side, forMs: number, gapMs: number): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const { ledger } = clients.workload;
  const primary = subject.primary();
  const others = subject.watching.pods().flatMap(({ name }) => (name === primary ? [] : [name]));
  const began = performance.now();
  const heal = stage.keep(await stage.backend.faults.cut(stage.place(subject, primary), from(others)));
  await sleep(forMs);
  const written = ledger.acknowledged("plain");
  await eventually("clients write while it is cut off", () => ledger.acknowledged("plain") > written + 20);
  const gap = ledger.longestGap(began);
  stage.figure("gap ms", gap);
  const events = listOf(at(await stage.get(pathTo("events", subject.namespace)), "items")).map((event) => event["reason"]);
  stage.figure("Event", ["PrimaryAliveElsewhere", "NoWitness"].filter((reason) => events.includes(reason)).join(" ") || "none");
  await heal();
  await subject.whole();
  await clients.reckon({ plain: "kept", reads: "current" });
  demand(subject.epoch() === 1, `epoch ${subject.epoch()}: somebody took over from a primary that was alive`);
  demand(gap <= gapMs, `writes stood still for ${Math.round(gap)} ms; at most ${gapMs} ms is promised`);
};

export const partitions: readonly Scenario[] = [
  {
    name: "cut-from-everyone",
    what: "the primary is cut off from everybody, and comes back",
    needs: ["cut"],
    isBrief: true,
    play: fromEveryone,
  },
  {
    name: "cut-from-operator",
    what: "the primary is cut off from the operator alone for 20 s: its replicas hear it, so nobody takes over",
    needs: ["cut"],
    play: (stage) => nobodyTakesOver(stage, () => "operator", 20_000, 1_000),
  },
  {
    name: "cut-from-replicas",
    what: "the primary is cut off from its replicas alone for 40 s: they leave after repl-timeout and 2 D, then it takes writes without them",
    needs: ["cut"],
    play: (stage) =>
      nobodyTakesOver(
        stage,
        (pods) => pods.map((pod) => ({ namespace: stage.namespace, pod })),
        40_000,
        LINK_MS + 2 * DOWN_AFTER_MS + 5_000,
      ),
  },
];
