/**
 * One pod as its own process describes it. Offsets move with every probe, and a status that did would be a write storm: so an entry
 * stays as it was until something in it changes that tells more than time.
 */
import type { NodeStatus, Pod } from "./cluster.ts";
import { readingNow, silentAt } from "./down.ts";
import { readingOf } from "./health.ts";
import { isFrozen } from "./membership.ts";
import type { Observation, Reading } from "./observation.ts";
import { markerOf } from "./promotion.ts";

/** What makes an entry a new one; the rest is as of then. */
const TELLING = ["role", "state", "runId", "link", "history", "epoch"] as const;

export const nodeStatus = (observation: Observation, pod: Pod): NodeStatus => {
  const { cluster, health, now } = observation;
  const before = cluster.status?.nodeStatuses.find((one) => one.name === pod.name);
  const known = health.find((one) => one.target.uid === pod.uid);
  const reading = readingOf(known);
  // Just commanded, not heard since: it is what it was.
  if (before !== undefined && known !== undefined && known.last === undefined && !known.late && pod.container._tag === "Running")
    return before;
  const isDoubtful = known?.late === true && now < silentAt(observation, known);
  if (before !== undefined && isDoubtful && pod.container._tag === "Running") return before;
  const next: NodeStatus = {
    name: pod.name,
    role: reading?.role ?? "unknown",
    state: stateOf(observation, pod, reading),
    runId: reading?.runId ?? "",
    link: linkOf(reading),
    history: reading?.replid ?? "",
    epoch: (reading === undefined ? undefined : markerOf(reading))?.epoch ?? 0,
    offset: reading === undefined ? "" : String(reading.offset),
    lag: lagOf(observation, reading),
  };
  return before !== undefined && TELLING.every((field) => before[field] === next[field]) ? before : next;
};

const linkOf = (reading: Reading | undefined): NodeStatus["link"] => {
  if (reading?.upstream === undefined) return "";
  return reading.upstream.syncing ? "syncing" : reading.upstream.up ? "up" : "down";
};

/** Offsets of two histories say nothing of one another. */
const lagOf = (observation: Observation, reading: Reading | undefined): string => {
  const { primary } = observation.cluster.record ?? {};
  const ahead = primary === undefined ? undefined : readingNow(observation, primary);
  if (reading?.role !== "replica" || ahead === undefined || ahead.replid !== reading.replid) return "";
  return ahead.offset > reading.offset ? String(ahead.offset - reading.offset) : "0";
};

const stateOf = (observation: Observation, pod: Pod, reading: Reading | undefined): NodeStatus["state"] => {
  const { cluster, health } = observation;
  if (pod.container._tag !== "Running") return "Absent";
  const known = health.find((one) => one.target.uid === pod.uid);
  if (known?.last?.reply._tag === "Loading") return "Loading";
  if (reading === undefined || (known !== undefined && known.late)) return "Unreachable";
  if (reading.role === "primary") return "Primary";
  if (isFrozen(reading)) return "Quarantined";
  const member = cluster.record?.members.find((one) => one.uid === pod.uid && one.runId === reading.runId);
  return member?.state === "Streaming" && reading.upstream?.up === true ? "Streaming" : "Joining";
};
