/**
 * Is the recorded primary lost? Subjectively down (SDOWN) as in Sentinel, but from several vantage points: our own
 * probes, the kubelet's word, and whether its replicas still hear from it.
 *
 *   answers as it should ─────────────────────────────▶ Fine
 *   container terminated, another run id ─────────────▶ Lost "Dead"      (a certificate: no witness needed)
 *   object gone, other UID ───────────────────────────▶ Lost "Missing"   (the process may live on)
 *   answers as a replica for 2 p ─────────────────────▶ Lost "Demoted"
 *   silent for D ── nobody else answered ─────────────▶ Suspect "NoWitness"        (it is us who are cut off)
 *               └── a replica's offset still rises ───▶ Suspect "PrimaryAliveElsewhere"
 *               └── else ─────────────────────────────▶ Lost "Silent"
 */
import { readingOf, selfOf } from "./health.ts";
import type { Health, Observation, Reading } from "./observation.ts";
import type { Evidence, Identity } from "./record.ts";
import { type Instant, after, earlier } from "./units.ts";

export type Verdict =
  | { readonly _tag: "Fine" }
  | { readonly _tag: "Suspect"; readonly until: Instant | undefined; readonly because: "Suspicion" | "NoWitness" | "PrimaryAliveElsewhere" }
  | { readonly _tag: "Lost"; readonly evidence: Extract<Evidence, "Dead" | "Missing" | "Silent" | "Demoted"> };

/** Replicas hear from their primary once a second (`repl-ping-replica-period`): rising offsets are looked for this far back beyond D. */
const ADVANCE_WINDOW_MS = 2_000;

export const judge = (observation: Observation, primary: Identity): Verdict => {
  const { cluster, now } = observation;
  const pod = cluster.pods.find((one) => one.name === primary.pod);
  if (pod === undefined || pod.uid !== primary.uid) return { _tag: "Lost", evidence: "Missing" };
  if (pod.container._tag !== "Running") return { _tag: "Lost", evidence: "Dead" };
  const health = healthOf(observation, primary);
  if (health?.runId !== undefined && health.runId !== primary.runId) return { _tag: "Lost", evidence: "Dead" };
  if (health?.replicaSince !== undefined && selfOf(health)?.role === "replica") {
    const certain = after(health.replicaSince, 2 * cluster.spec.pingInterval);
    return certain <= now ? { _tag: "Lost", evidence: "Demoted" } : { _tag: "Suspect", until: certain, because: "Suspicion" };
  }
  if (health !== undefined && !health.late && health.lastHeard !== undefined) return { _tag: "Fine" };
  return judgeSilence(observation, health);
};

/** Silent at t if and only if t - (last answer) >= D, counted no earlier than our own window. */
export const silentAt = (observation: Observation, health: Health | undefined): Instant =>
  after(windowStart(observation, health), observation.cluster.spec.downAfter);

/** When it was last heard, but no earlier than our own window began. */
export const windowStart = (observation: Observation, health: Health | undefined): Instant => {
  if (health === undefined) return observation.epochSince;
  return health.lastHeard !== undefined && health.lastHeard > health.since ? health.lastHeard : health.since;
};

const judgeSilence = (observation: Observation, health: Health | undefined): Verdict => {
  const { cluster, now } = observation;
  const due = silentAt(observation, health);
  if (now < due) return { _tag: "Suspect", until: due, because: "Suspicion" };
  const start = windowStart(observation, health);
  // Itself is no witness: it was last heard D ago.
  const isWitnessed = observation.health.some((one) => one.lastHeard !== undefined && one.lastHeard > now - cluster.spec.downAfter);
  if (!isWitnessed) return { _tag: "Suspect", until: undefined, because: "NoWitness" };
  // Both readings began later than it can have answered us: its replicas hear what we do not.
  const followers = observation.health.filter((one) => health !== undefined && readingOf(one)?.upstream?.host === health.target.address);
  const advances = followers.flatMap((one) => (one.advancedFrom === undefined ? [] : [one.advancedFrom]));
  const [forgets] = advances
    .filter((from) => from > start + cluster.spec.pingInterval)
    .map((from) => after(from, cluster.spec.downAfter + ADVANCE_WINDOW_MS))
    .filter((until) => until > now)
    .toSorted((a, b) => b - a);
  return forgets === undefined
    ? { _tag: "Lost", evidence: "Silent" }
    : { _tag: "Suspect", until: forgets, because: "PrimaryAliveElsewhere" };
};

/** What is known of the process in this life of its pod. */
export const healthOf = (observation: Observation, identity: { readonly pod: string; readonly uid: string }): Health | undefined =>
  observation.health.find((one) => one.target.uid === identity.uid && one.target.pod === identity.pod);

/** The newest word of a process, when it was asked for, and what else is known of it. */
export type Word = { readonly reading: Reading; readonly began: Instant; readonly health: Health };

/**
 * What a recorded process can be held to: its newest word, if that is a reading of the recorded run and it has not been
 * silent for D since.
 */
export const wordNow = (observation: Observation, identity: Identity): Word | undefined => {
  const health = healthOf(observation, identity);
  if (health?.last?.reply._tag !== "Reading" || health.last.reply.reading.runId !== identity.runId) return undefined;
  const { began, reply } = health.last;
  return health.late && observation.now >= silentAt(observation, health) ? undefined : { reading: reply.reading, began, health };
};
/** The same, and of one as well that cannot write to its disk: it can still hand its role over. */
export const ownWordNow = (observation: Observation, identity: Identity): Word | undefined => {
  const health = healthOf(observation, identity);
  const reading = selfOf(health);
  if (health?.last === undefined || reading?.runId !== identity.runId) return undefined;
  return health.late && observation.now >= silentAt(observation, health) ? undefined : { reading, began: health.last.began, health };
};
export const readingNow = (observation: Observation, identity: Identity): Reading | undefined => wordNow(observation, identity)?.reading;

/** It lives and answers, but with something that serves nobody: an alarm, not a failover (FAILOVER 3.1). */
export const ailmentOf = (observation: Observation, identity: Identity): string | undefined => {
  const reply = healthOf(observation, identity)?.last?.reply;
  return reply === undefined || reply._tag === "Reading" ? undefined : `${identity.pod}: ${reply._tag} ${reply.text}`.trimEnd();
};

/** Certified dead: its container is known to have ended, or another run id answers where it was. */
export const isCertifiedDead = (observation: Observation, identity: Identity): boolean => {
  const pod = observation.cluster.pods.find((one) => one.name === identity.pod && one.uid === identity.uid);
  const health = healthOf(observation, identity);
  if (pod === undefined) return false;
  return pod.container._tag !== "Running" || (health?.runId !== undefined && health.runId !== identity.runId);
};

export const soonest = (...instants: readonly (Instant | undefined)[]): Instant | undefined => instants.reduce(earlier, undefined);
