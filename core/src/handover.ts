/**
 * When a primary that is well, or cannot write to its disk, is to hand over, and to whom: the user asks, a scale-down would remove it, its
 * pod is being deleted, its node is about to be emptied. Without a replica that could take over at once it stays what it is; and where
 * all nodes are to be emptied nobody is better off elsewhere, so the role does not travel from one to the next.
 */
import { claimSwitchover } from "./claims.ts";
import { SWITCHOVER, type Pod } from "./cluster.ts";
import { type Stance, wait } from "./decision.ts";
import { healthOf, ownWordNow, readingNow } from "./down.ts";
import type { Observation, Refusal } from "./observation.ts";
import { carries } from "./promotion.ts";
import { type Evidence, type FailoverRecord, type Identity, type Primary, identityOf } from "./record.ts";
import { handoverKey } from "./refusals.ts";

export const handover = (observation: Observation, record: FailoverRecord, primary: Primary): Stance => {
  const demand = demandOf(observation, record, primary);
  if (demand === undefined) return undefined;
  const { refused, now } = observation;
  const able = candidates(observation, record, primary, demand);
  const isPause = ({ key, notBefore }: Refusal, one: Identity): boolean => key === handoverKey(one) && notBefore > now;
  const candidate = able.find((one) => !refused.some((refusal) => isPause(refusal, one)));
  if (candidate !== undefined) return claimSwitchover(observation, record, primary, candidate, demand.evidence);
  if (demand.evidence === "NodeLeaving" && !hasElsewhere(observation, record)) return undefined;
  const pauses = refused.filter((refusal) => able.some((one) => isPause(refusal, one)));
  const [first] = pauses.toSorted((a, b) => a.notBefore - b.notBefore);
  return first === undefined
    ? wait(undefined, "NoCandidate", `${primary.pod} is to hand over to ${demand.to ?? "a replica"}, which has to stream from it`)
    : wait(first.notBefore, "RefusedLately", `${first.key}: ${first.why}`);
};

type Demand = {
  readonly evidence: Extract<Evidence, "Requested" | "ScaleDown" | "PodLeaving" | "NodeLeaving">;
  readonly to?: string;
};

const demandOf = (observation: Observation, record: FailoverRecord, primary: Primary): Demand | undefined => {
  const { cluster } = observation;
  const pod = cluster.pods.find((one) => one.uid === primary.uid);
  // Whose pod is deleted by force has no time to hand over: a claim of that would only stand in the way of the failover.
  if (pod?.deleting === true && pod.forced !== true) return { evidence: "PodLeaving" };
  if (pod !== undefined && pod.ordinal >= cluster.spec.replicas) return { evidence: "ScaleDown" };
  return requested(observation, record, primary) ?? (pod?.nodeLeaving === true ? { evidence: "NodeLeaving" } : undefined);
};

/** What a user asks for in one epoch is done or given up in the next. */
const requested = ({ cluster }: Observation, record: FailoverRecord, primary: Primary): Demand | undefined => {
  const [, at, to] = /^(\d+)(?: (\S+))?$/.exec(cluster.annotations[SWITCHOVER] ?? "") ?? [];
  if (at !== String(record.epoch) || to === primary.pod) return undefined;
  return { evidence: "Requested", ...(to === undefined ? {} : { to }) };
};

/** Is there a member whose node stays, whatever keeps it from taking over just now? */
const hasElsewhere = ({ cluster }: Observation, record: FailoverRecord): boolean =>
  record.members.some((member) => cluster.pods.some((pod) => pod.uid === member.uid && !pod.deleting && pod.nodeLeaving !== true));

/**
 * Members that stream from the primary and carry its mark, and whose pods stay; on a node that stays first, then by priority
 * and ordinal.
 */
const candidates = (observation: Observation, record: FailoverRecord, primary: Primary, demand: Demand): readonly Identity[] => {
  const { cluster } = observation;
  const own = ownWordNow(observation, primary)?.reading;
  const host = cluster.pods.find((pod) => pod.uid === primary.uid)?.address;
  const { marker } = record;
  if (own?.role !== "primary" || marker === undefined || !carries(own, marker)) return [];
  const isStaying = (pod: Pod): boolean =>
    pod.container._tag === "Running" &&
    !pod.deleting &&
    pod.address !== undefined &&
    pod.ordinal < cluster.spec.replicas &&
    (demand.to === undefined || pod.name === demand.to) &&
    (demand.evidence !== "NodeLeaving" || pod.nodeLeaving !== true);
  const able = record.members.flatMap((member) => {
    const identity = identityOf(member);
    const pod = cluster.pods.find((one) => one.uid === member.uid);
    const reading = readingNow(observation, identity);
    if (member.state !== "Streaming" || pod === undefined || !isStaying(pod) || reading?.upstream === undefined) return [];
    const { upstream } = reading;
    const isLinked = upstream.up && !upstream.syncing && upstream.host === host && healthOf(observation, identity)?.late === false;
    const isWhole = reading.replid === own.replid && carries(reading, marker) && reading.priority > 0;
    const leaves = Number(pod.nodeLeaving === true);
    return isLinked && isWhole ? [{ identity, leaves, priority: reading.priority, ordinal: pod.ordinal }] : [];
  });
  return able.toSorted((a, b) => a.leaves - b.leaves || a.priority - b.priority || a.ordinal - b.ordinal).map((one) => one.identity);
};
