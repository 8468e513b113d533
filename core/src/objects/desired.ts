/**
 * The objects of a cluster as they should be, in the order in which they depend on each other: a pure function of the
 * cluster's names, its UID, its spec and its record. Of what is there it takes only whether an object is there at all: one
 * that is not is desired in the form in which it is created, a Secret with its generated values.
 *
 * What a user adds (labels, annotations, a node selector, resources) is left out of the form that is created, and comes with
 * the first repair a moment later: the API server remembers how a field was written, and only what was written by apply goes
 * away again when it is no longer applied. A StatefulSet created so has no pods until then.
 */
import { BOOTSTRAPPED, type Cluster, type OwnedKind, type Spec, nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { textAt } from "../fields.ts";
import { desiredBudget } from "./budget.ts";
import { desiredClientService } from "./client-service.ts";
import { desiredConfigMap } from "./config-map.ts";
import { keepImmutable } from "./immutable.ts";
import { type Owner, sealed } from "./metadata.ts";
import { withoutNewer } from "./newer-fields.ts";
import { desiredNewSecret, desiredSecret } from "./secret.ts";
import { desiredHeadlessService, desiredReplicasService } from "./services.ts";
import { desiredStatefulSet, wantedPods } from "./stateful-set.ts";

export const desiredObjects = (cluster: Cluster): readonly Desired[] => {
  const { record, spec } = cluster;
  const names = nameOf(cluster.name);
  const there = (kind: OwnedKind, name: string) => cluster.objects.find((one) => one.kind === kind && one.name === name);
  const kept = renderingsOf(cluster, spec);
  const created = renderingsOf(cluster, bareOf(spec));
  const form = (kind: OwnedKind, name: string) => (there(kind, name) === undefined ? created : kept);

  const secret = there("Secret", names.secret);
  // Once marked it stays so, whatever becomes of the record: without one it is what tells a lost cluster from a new one.
  const marked = textAt(secret?.manifest, "metadata", "annotations", BOOTSTRAPPED) === cluster.uid;
  // Marked before the first grant is carried out: a record lost after that is not a new cluster.
  const bootstrapped = record !== undefined || marked ? "bootstrapped" : "fresh";
  const statefulSet = there("StatefulSet", names.statefulSet);
  return [
    form("ConfigMap", names.config).config,
    secret === undefined ? created.newSecret[bootstrapped] : kept.secret[bootstrapped],
    form("Service", names.headless).headless,
    desiredClientService(form("Service", names.client).owner, record),
    form("Service", names.replicas).replicas,
    withoutNewer(form("PodDisruptionBudget", names.budget).budget, there("PodDisruptionBudget", names.budget)),
    statefulSet === undefined
      ? created.statefulSet(created === kept ? wantedPods(cluster) : 0)
      : keepImmutable(withoutNewer(kept.statefulSet(wantedPods(cluster)), statefulSet), statefulSet),
  ];
};

/** Everything that depends on the spec alone. */
type Renderings = {
  readonly owner: Owner;
  readonly config: Desired;
  readonly secret: { readonly fresh: Desired; readonly bootstrapped: Desired };
  readonly newSecret: { readonly fresh: Desired; readonly bootstrapped: Desired };
  readonly headless: Desired;
  readonly replicas: Desired;
  readonly budget: Desired;
  readonly statefulSet: (replicas: number) => Desired;
};

/** Remembered by the spec: decisions are many, changes of a spec are few. */
const renderingsOf = ({ namespace, name, uid }: Cluster, spec: Spec): Renderings => {
  const before = remembered.get(spec);
  if (before?.owner.uid === uid && before.owner.name === name && before.owner.namespace === namespace) return before;
  const owner: Owner = { namespace, name, uid, spec };
  const secret = { fresh: desiredSecret(owner, false), bootstrapped: desiredSecret(owner, true) };
  const sets = new Map<number, Desired>();
  const renderings: Renderings = {
    owner,
    config: sealed(desiredConfigMap(owner)),
    secret: { fresh: sealed(secret.fresh), bootstrapped: sealed(secret.bootstrapped) },
    // With the seal of what is kept, so that a new Secret does not differ from it.
    newSecret: {
      fresh: sealed(desiredNewSecret(owner, false), secret.fresh.manifest),
      bootstrapped: sealed(desiredNewSecret(owner, true), secret.bootstrapped.manifest),
    },
    headless: sealed(desiredHeadlessService(owner)),
    replicas: sealed(desiredReplicasService(owner)),
    budget: sealed(desiredBudget(owner)),
    statefulSet: (count) => {
      const known = sets.get(count) ?? sealed(desiredStatefulSet(owner, count));
      sets.set(count, known);
      return known;
    },
  };
  remembered.set(spec, renderings);
  return renderings;
};
const remembered = new WeakMap<Spec, Renderings>();

/** Without what users add; the spec itself when they added nothing. */
const bareOf = (spec: Spec): Spec => {
  const extras = [spec.labels, spec.annotations, spec.nodeSelector, spec.resources];
  if (extras.every((extra) => Object.keys(extra).length === 0)) return spec;
  const bare = bares.get(spec) ?? { ...spec, labels: {}, annotations: {}, nodeSelector: {}, resources: {} };
  bares.set(spec, bare);
  return bare;
};
const bares = new WeakMap<Spec, Spec>();
