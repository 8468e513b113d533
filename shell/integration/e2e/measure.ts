// What clients saw of one fault: how long nobody took a write, when the new primary took its first, and what became of every write and read
// that was acknowledged. The statements of the README about loss are asserted here and nowhere else, so that no scenario asserts less.
import type { Verdict } from "../../src/demo/checker.ts";
import type { Workload } from "../../src/demo/workload.ts";
import type { Subject } from "../scenarios/subject.ts";
import { startReader } from "./reader.ts";
import { demand, eventually, type Stage } from "./stage.ts";

/** What a fault may cost. Writes acknowledged by WAIT 1 it may never cost. */
export type Toll = {
  /** Whether a plain write may be lost: a crash loses about a replication lag of them, a handover none. */
  readonly plain: "may be lost" | "kept";
  /**
   * Whether a read may find what is older: so it is of a process that came back from its volume or is cut off, until writes are routed
   * away, and over a connection to the former primary that a handover has not closed yet.
   */
  readonly reads: "may be old" | "current";
};

export type Clients = {
  readonly workload: Workload;
  /** Ends the clients, waits for one data set on all pods, and looks every write up on every pod. */
  readonly reckon: (toll: Toll, replicas?: number, phase?: string) => Promise<Verdict>;
};

/** Clients of every kind, at work by the time it answers. */
export const employ = async (stage: Stage, subject: Subject, pauseMs?: number): Promise<Clients> => {
  const workload = await subject.write({ plainClients: 2, waitClients: 3, ...(pauseMs === undefined ? {} : { pauseMs }) });
  const host = subject.watching.serviceAddress();
  if (host === undefined) throw new Error(`${subject.name}-client has no address`);
  const reader = startReader({ host, port: 6379, login: await subject.login() }, workload.ledger);
  await eventually("clients write", () => workload.ledger.acknowledged("wait") > 50 && workload.ledger.acknowledged("plain") > 50);
  return {
    workload,
    reckon: async (toll, replicas, phase) => {
      const reads = await reader.stop();
      const { verdict, lostWaits } = await subject.reckon(workload, replicas, phase);
      const { plain, wait } = verdict.tallies;
      stage.figure("plain", `${plain.acknowledged}/${plain.lost}`);
      stage.figure("WAIT 1", `${wait.acknowledged}/${wait.lost}`);
      stage.figure("reads", `${reads.answered}/${reads.missing}`);
      stage.history.push({ ledger: workload.ledger.entries, losses: verdict.losses });
      demand(
        lostWaits.length === 0,
        `${lostWaits.length} writes acknowledged by WAIT 1 are lost: ${JSON.stringify(lostWaits.slice(0, 5))}`,
      );
      if (toll.plain === "kept")
        demand(plain.lost === 0, `${plain.lost} plain writes are lost: ${JSON.stringify(verdict.losses.slice(0, 5))}`);
      if (toll.reads === "current") demand(reads.missing === 0, `${reads.missing} reads did not find what WAIT 1 had acknowledged`);
      return verdict;
    },
  };
};

export type Seen = {
  readonly old: string;
  readonly primary: string;
  /** From the strike to the first write taken by the successor; milliseconds. */
  readonly firstWrite: number;
  /** The longest time without an acknowledged write from the strike on; milliseconds. */
  readonly gap: number;
  readonly epochs: number;
};

/** Strikes the primary, waits until its successor is published and takes writes, and says how long that took. */
export const failOver = async (subject: Subject, { workload }: Clients, strike: (primary: string) => Promise<unknown>): Promise<Seen> => {
  const { ledger } = workload;
  const before = { epoch: subject.epoch(), primary: subject.primary(), primaries: subject.polling.primaries.length };
  const struck = performance.now();
  await strike(before.primary);
  const instead = (): string => subject.unsettled().join("; ");
  await eventually(
    "another primary is published",
    () =>
      subject.primary() !== before.primary &&
      subject.watching.record()?.intent === undefined &&
      subject.watching.routedTo() === subject.primary(),
    instead,
  );
  // Seen a moment late, so never too short a time.
  const promoted = await eventually("it is seen", () => {
    const { primary } = subject.watching.record() ?? {};
    return subject.polling.primaries.slice(before.primaries).find(({ runId }) => runId === primary?.runId)?.at;
  });
  const first = await eventually("it takes writes", () => ledger.firstAfter(promoted), instead);
  const written = ledger.acknowledged("wait");
  await eventually("clients write as before", () => ledger.acknowledged("wait") > written + 20, instead);
  return {
    old: before.primary,
    primary: subject.primary(),
    firstWrite: first - struck,
    gap: ledger.longestGap(struck),
    epochs: subject.epoch() - before.epoch,
  };
};

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
