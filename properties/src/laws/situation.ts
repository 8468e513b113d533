// One moment, put together by hand: what was read, what every process said last, what is under way. For laws about what core makes of a moment that
// no run of events reaches soon, or where only a millisecond makes the difference. Nothing is so far off that no run could reach it.
import {
  type Cluster,
  type FailoverRecord,
  type Health,
  type Identity,
  type Intent,
  type Observation,
  type Observed,
  type Reading,
  type Reply,
  type Stance,
  after,
  epoch,
  failover,
  instant,
  resourceVersion,
  statusOf,
  uid,
} from "@gungnir/core";
import { DETACHED, cluster, following, leading, serving } from "../regressions/driven.ts";
import { identityOf, record, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

/** When it is, and since when the epoch is known. D is a second, p a fifth of one. */
export const NOW = instant(100_000);
export const SINCE = after(NOW, -30_000);

/** The Service that writes go through, as it was before anything was routed. */
export const SERVICE: Observed = {
  kind: "Service",
  name: "web-client",
  uid: uid("service"),
  version: resourceVersion("4"),
  owned: true,
  deleting: false,
  manifest: {},
};

/** The primary is lost; nobody is elected. */
export const FENCING: FailoverRecord = intended({ kind: "Failover", old: identityOf(0), evidence: "Silent" });
/** web-1 is elected. */
export const PROMOTING: FailoverRecord = intended({ kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Silent" });
/** web-0 is to hand over to web-1. */
export const SWITCHING: FailoverRecord = intended({
  kind: "Switchover",
  old: identityOf(0),
  candidate: identityOf(1),
  evidence: "Requested",
});

export function intended(intent: Intent): FailoverRecord {
  return { ...record, epoch: epoch(4), intent };
}

/** An answer, nothing since the last command, or nothing ever. */
export type Said = Reading | Exclude<Reply, { readonly _tag: "Reading" }> | "commanded" | "never";
type Changes = { readonly [field in keyof Health]?: Health[field] | undefined };

const without = (health: Health, changes: Changes): Health => {
  const entries = Object.entries({ ...health, ...changes }).filter(([, value]) => value !== undefined);
  // What is left are the fields of the one with those of the other.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as unknown as Health;
};

/** A process that was asked ten milliseconds ago and answered five ago, as ever; or else as `changes` say, where undefined leaves out. */
export const mind = (ordinal: number, said: Said, changes: Changes = {}): Health => {
  const target = targetOf(ordinal);
  const began = after(NOW, -10);
  const base: Health = { target, since: after(NOW, -60_000), late: false };
  if (said === "never") return without(base, changes);
  const heard: Health = { ...base, asked: began, lastHeard: after(NOW, -5), runId: identityOf(ordinal).runId };
  if (said === "commanded") return without({ ...heard, commandedAt: after(NOW, -2), lastReading: after(NOW, -50) }, changes);
  const reply: Reply = "_tag" in said ? said : { _tag: "Reading", reading: said };
  const last = { began, reply };
  if (reply._tag !== "Reading") return without({ ...heard, last }, changes);
  const { reading } = reply;
  const steadyFrom = after(NOW, -20_000);
  const replica = reading.role === "replica" ? { replicaSince: steadyFrom } : {};
  return without({ ...heard, last, runId: reading.runId, steadyFrom, lastReading: after(NOW, -5), ...replica }, changes);
};

/** It has not answered for so long. */
export const silentFor = (milliseconds: number): Changes => ({ late: true, lastHeard: after(NOW, -milliseconds) });

/** A replica that follows nobody and lets nobody in. */
export const frozen = (ordinal: number, offset = 100n, changes: Partial<Reading> = {}): Reading =>
  following(ordinal, offset, false, { role: "replica", upstream: DETACHED, ...changes });
export const streaming = (ordinal: number, changes: Partial<Reading> = {}): Reading => following(ordinal, 100n, true, changes);
export const led = (ordinal: number, changes: Partial<Reading> = {}): Reading => leading(following(ordinal, 100n, true, changes));

export type Moment = Partial<Omit<Observation, "cluster" | "health">> & {
  readonly record?: FailoverRecord | "none";
  readonly cluster?: Partial<Cluster>;
  readonly spec?: Partial<Cluster["spec"]>;
  readonly health?: readonly (Health | undefined)[];
};

const unrecorded = ({ record: _record, ...whole }: Cluster): Cluster => whole;

/** All is well where nothing else is said; `health` of the pods in their order, undefined where one was never seen. */
export const moment = ({ record: recorded = record, cluster: changes = {}, spec = {}, health = [], ...rest }: Moment = {}): Observation => {
  const made = cluster({ ...(recorded === "none" ? {} : { record: recorded }), ...changes });
  const usual = [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, streaming(2))];
  return {
    now: NOW,
    leadership: { _tag: "Leading", term: 1, founded: "", since: SINCE, until: instant(1e12) },
    cluster: { ...(recorded === "none" ? unrecorded(made) : made), pods: changes.pods ?? made.pods, spec: { ...made.spec, ...spec } },
    health: (health.length === 0 ? usual : health).flatMap((one) => one ?? []),
    inFlight: [],
    refused: [],
    epochSince: SINCE,
    fenced: [],
    unconfirmed: [],
    ...rest,
  };
};

/** What is made of it, in a line: `Freeze web-1 MemberFrozen`, `Wait Drain +150: …`; instants from now on. */
export const told = (stance: Stance): string => {
  if (stance === undefined) return "content";
  if (stance._tag === "Act") {
    const { action, because } = stance;
    return [action._tag, ...("pod" in action ? [action.pod.pod] : []), because].join(" ");
  }
  const until = stance.until === undefined ? "" : ` ${stance.until < NOW ? "" : "+"}${stance.until - NOW}`;
  return `${stance._tag} ${stance.because}${until}${stance.detail === undefined ? "" : `: ${stance.detail}`}`;
};

/** Of the same moment, where the objects and the status are as they should be. */
export const calm = (given: Moment = {}): Observation => {
  const found = moment(given);
  const whole = { ...found, cluster: converged(found.cluster) };
  return { ...whole, cluster: { ...whole.cluster, status: statusOf(whole) } };
};

/** What losing and giving the role makes of a moment. */
export const judged = (given: Moment = {}): string => told(failover(moment(given)));

/** The action that is taken, if one is. */
export const taken = (given: Moment) => {
  const stance = failover(moment(given));
  return stance?._tag === "Act" ? stance.action : undefined;
};
/** The record that is written, if one is. */
export const written = (given: Moment): FailoverRecord | undefined => {
  const action = taken(given);
  return action !== undefined && "record" in action ? action.record : undefined;
};
export const pods = (change: (pod: Cluster["pods"][number]) => Partial<Cluster["pods"][number]>): Pick<Cluster, "pods"> => ({
  pods: cluster().pods.map((pod) => ({ ...pod, ...change(pod) })),
});
export const inFlight = (...actions: readonly Observation["inFlight"][number]["action"][]): Pick<Observation, "inFlight"> => ({
  inFlight: actions.map((action) => ({ action, since: after(NOW, -5) })),
});
export const follow = (ordinal: number): Observation["inFlight"][number]["action"] => ({
  _tag: "Follow",
  pod: identityOf(ordinal),
  epoch: epoch(3),
  primary: identityOf(0).pod,
  host: targetOf(0).address,
  port: 6379,
});
export const identities = (...ordinals: readonly number[]): readonly Identity[] => ordinals.map(identityOf);
