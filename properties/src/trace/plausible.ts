// What the world takes for granted of what is heard (ASSUMPTIONS.md), looked for in a trace: a model that leaves out something that really
// happens proves nothing.
import { type Action, type Decision, type Event, type Reading, type ReplicationOffset, isSameAction } from "@gungnir/core";

export type Sights = {
  readonly now: number;
  /** By run id: of which life of which pod, the history and how far it had got. */
  readonly runs: ReadonlyMap<
    string,
    { readonly uid: string; readonly replid: string; readonly offset: ReplicationOffset; readonly began: number }
  >;
  readonly epoch: number;
  readonly inFlight: readonly Action[];
};

export const noSights: Sights = { now: 0, runs: new Map(), epoch: 0, inFlight: [] };

export const see = (
  sights: Sights,
  event: Event,
  decision: Decision,
): { readonly sights: Sights; readonly oddities: readonly string[] } => {
  const oddities: string[] = [];
  if (event.now < sights.now) oddities.push(`time goes back from ${sights.now}`);
  let { runs, epoch, inFlight } = sights;
  switch (event._tag) {
    case "Replied": {
      if (event.reply._tag !== "Reading") break;
      const { reading } = event.reply;
      const known = runs.get(reading.runId);
      if (known !== undefined) oddities.push(...oddOf(known, event.target.uid, event.began, reading));
      // Of two answers that overtook each other the later question counts.
      if (known === undefined || event.began >= known.began)
        runs = new Map(runs).set(reading.runId, {
          uid: event.target.uid,
          replid: reading.replid,
          offset: reading.offset,
          began: event.began,
        });
      break;
    }
    case "Read": {
      const next = event.cluster.record?.epoch ?? 0;
      // A watch's cache may be behind; a list is not.
      if (event.consistent !== undefined && next < epoch && next !== 0)
        oddities.push(`the record's epoch goes back from ${epoch} to ${next}`);
      epoch = Math.max(epoch, next);
      break;
    }
    case "Gone":
      return { sights: { ...noSights, now: event.now }, oddities };
    case "Performed": {
      const at = inFlight.findIndex((action) => isSameAction(action, event.action));
      if (at === -1) oddities.push(`an outcome of ${event.action._tag}, which was not decided`);
      inFlight = inFlight.filter((_, index) => index !== at);
      break;
    }
    case "Silent":
    case "Lease":
    case "Woke":
      break;
  }
  if (decision._tag === "Act") inFlight = [...inFlight, decision.action];
  return { sights: { now: Math.max(sights.now, event.now), runs, epoch, inFlight }, oddities };
};

type Known = { readonly uid: string; readonly replid: string; readonly offset: ReplicationOffset; readonly began: number };

const oddOf = (known: Known, uid: string, began: number, reading: Reading): readonly string[] => {
  const odd: string[] = [];
  if (known.uid !== uid) odd.push(`run id ${reading.runId} answers in two lives of pods, ${known.uid} and ${uid}`);
  const isSameHistory = known.replid === reading.replid;
  if (isSameHistory && began > known.began && reading.offset < known.offset)
    odd.push(`the offset of ${reading.runId} falls from ${known.offset} to ${reading.offset} within ${reading.replid}`);
  return odd;
};
