/**
 * The Kubernetes objects of a cluster: created where missing, repaired where they drifted, in order of dependency. Never
 * deleted, and never anybody else's. One object that cannot be written does not keep away the others, but a StatefulSet is
 * not written before what its pods need is confirmed.
 */
import type { Observed } from "./cluster.ts";
import { type Desired, type Stance, wait } from "./decision.ts";
import { desiredObjects, differs } from "./objects/index.ts";
import type { Observation } from "./observation.ts";
import { attempt, firstOf } from "./stance.ts";

export const objects = (observation: Observation): Stance => {
  const { cluster } = observation;
  if (cluster.invalid.length > 0 && !cluster.objects.some((one) => one.kind === "StatefulSet" && one.owned)) {
    // What runs goes on running, and is repaired, as it was last valid. Of what never ran only a guess could be made.
    return refusedSpec(observation);
  }
  const stances: Stance[] = [];
  for (const desired of desiredObjects(cluster)) {
    // Whoever waits for something that its pods need has said so.
    const blocked = desired.kind === "StatefulSet" && stances.some((stance) => stance !== undefined);
    if (!blocked) stances.push(keep(observation, desired));
  }
  return firstOf(...stances, scaleDown(observation), refusedSpec(observation));
};

const keep = (observation: Observation, desired: Desired): Stance => {
  const { cluster } = observation;
  const observed = cluster.objects.find((one) => one.kind === desired.kind && one.name === desired.name);
  if (observation.unconfirmed.includes(desired.kind)) return wait(undefined, "ObjectUnconfirmed", `${desired.kind} ${desired.name}`);
  if (observed === undefined) return attempt(observation, { _tag: "Create", object: desired }, "ObjectMissing");
  return repair(observation, desired, observed);
};

const repair = (observation: Observation, desired: Desired, observed: Observed): Stance => {
  if (!observed.owned)
    return wait(undefined, "ForeignObject", `${observed.kind} ${observed.name} belongs to somebody else: rename or delete it`);
  if (observed.deleting) return wait(undefined, "ObjectUnconfirmed", `${observed.kind} ${observed.name} is being deleted`);
  return differs(desired, observed)
    ? attempt(observation, { _tag: "Apply", object: desired, uid: observed.uid, at: observed.version }, "ObjectDrifted")
    : undefined;
};

/** A scale-down stops above the recorded primary until it can be handed over. */
const scaleDown = ({ cluster }: Observation): Stance => {
  const primary = cluster.pods.find((pod) => pod.name === cluster.record?.primary?.pod);
  return primary !== undefined && primary.ordinal >= cluster.spec.replicas
    ? wait(undefined, "ScaleDownHeld", `${primary.name} is the primary`)
    : undefined;
};

const refusedSpec = ({ cluster }: Observation): Stance =>
  cluster.invalid.length === 0 ? undefined : wait(undefined, "SpecInvalid", cluster.invalid.map((one) => one.field).join(", "));
