/**
 * What the operator has to be allowed to do, computed from what it can decide and what it watches, so that what is shipped
 * is neither too little nor too much.
 */
import { WATCHED } from "../read.ts";
import { GROUP, writePermissions } from "../requests.ts";
import { compareText } from "../units.ts";

/** As in a ClusterRole. */
export type PolicyRule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

/** A permission that no decision asks for by itself, and why it is needed. */
const BESIDES: readonly (readonly [group: string, resource: string, verb: string])[] = [
  // What is watched is also read anew after a write whose outcome is unknown: by lists, never one object by a get.
  ...WATCHED.flatMap(({ group, resource }) => (["list", "watch"] as const).map((verb) => [group, resource, verb] as const)),
  // An owner reference that blocks the owner's deletion needs the right to update the owner's finalizers.
  [GROUP, "valkeyclusters/finalizers", "update"],
  // Who leads is agreed on by a Lease.
  ["coordination.k8s.io", "leases", "get"],
  ["coordination.k8s.io", "leases", "create"],
  ["coordination.k8s.io", "leases", "patch"],
  // Each decision is told as an Event.
  ["", "events", "create"],
  ["", "events", "patch"],
];

/** Of the whole cluster: that a primary's node is cordoned is seen only by who may look at nodes. */
const OF_NODES: typeof BESIDES = [
  ["", "nodes", "list"],
  ["", "nodes", "watch"],
];

/** Whether the operator serves the whole cluster, or one namespace and has no right that reaches beyond it. */
export type Reach = "cluster" | "namespace";

/** Sorted, one rule for all resources of a group that need the same. */
export const policyRules = (reach: Reach): readonly PolicyRule[] => {
  const written = writePermissions().map(({ group, resource, verb }) => [group, resource, verb] as const);
  const needed = [...BESIDES, ...(reach === "cluster" ? OF_NODES : []), ...written];
  const verbs = new Map<string, Set<string>>();
  for (const [group, resource, verb] of needed) {
    const key = `${group}/${resource}`;
    verbs.set(key, (verbs.get(key) ?? new Set<string>()).add(verb));
  }
  const rules = new Map<string, { readonly group: string; readonly resources: string[]; readonly verbs: readonly string[] }>();
  for (const [key, allowed] of [...verbs].toSorted(([a], [b]) => compareText(a, b))) {
    const slash = key.indexOf("/");
    const group = key.slice(0, slash);
    const sorted = [...allowed].toSorted();
    const same = `${group} ${sorted.join(",")}`;
    const rule = rules.get(same) ?? { group, resources: [], verbs: sorted };
    rule.resources.push(key.slice(slash + 1));
    rules.set(same, rule);
  }
  return [...rules.values()].map((rule) => ({ apiGroups: [rule.group], resources: rule.resources, verbs: rule.verbs }));
};
