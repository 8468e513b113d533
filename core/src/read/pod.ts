/**
 * Pods and volume claims of one cluster. A label proves nothing: anybody can carry it. A pod is ours when it bears the
 * cluster's UID, which the StatefulSet puts on each (and which outlives an orphaning delete of the StatefulSet), and when
 * nothing but a StatefulSet of the cluster's name controls it.
 */
import type { Container, Pod, VolumeClaim } from "../cluster.ts";
import { at, listAt, objectAt, textAt, textsAt } from "../fields.ts";
import { defined } from "../health.ts";
import type { Json } from "../json.ts";
import { CLUSTER_UID, CONTAINER, REVISION, VOLUME } from "../objects/names.ts";
import { ordinalOf } from "../ordinal.ts";
import { leavesItsNode } from "./node.ts";
import { type Uid, podName, uid } from "../units.ts";

export type Whose = { readonly name: string; readonly uid: Uid };

export const readPod = (json: Json, whose: Whose, nodes: readonly Json[] | undefined): Pod | undefined => {
  const name = textAt(json, "metadata", "name") ?? "";
  const life = textAt(json, "metadata", "uid");
  const ordinal = ordinalOf(whose.name, name);
  const controller = listAt(json, "metadata", "ownerReferences").find((owner) => at(owner, "controller") === true);
  const isControlledByUs = textAt(controller, "kind") === "StatefulSet" && textAt(controller, "name") === whose.name;
  const annotations = textsAt(json, "metadata", "annotations");
  if (life === undefined || ordinal === undefined || annotations[CLUSTER_UID] !== whose.uid) return undefined;
  if (controller !== undefined && !isControlledByUs) return undefined;
  const address = textAt(json, "status", "podIP");
  const revision = annotations[REVISION];
  return {
    name: podName(name),
    uid: uid(life),
    ordinal,
    ...defined("address", address === "" ? undefined : address),
    ready: listAt(json, "status", "conditions").some((one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True"),
    deleting: textAt(json, "metadata", "deletionTimestamp") !== undefined,
    ...(at(json, "metadata", "deletionGracePeriodSeconds") === 0 ? { forced: true } : {}),
    ...(leavesItsNode(json, nodes) ? { nodeLeaving: true } : {}),
    container: readContainer(json),
    ...defined("revision", revision),
  };
};

/**
 * What the kubelet says of the server's container. It is a death certificate only when the kubelet says so: a pod marked
 * Failed from afar (its node is gone) may have a process that still runs, so without a word about the container, and
 * unless it never started, it counts as running.
 */
const readContainer = (json: Json): Container => {
  const status = listAt(json, "status", "containerStatuses").find((one) => textAt(one, "name") === CONTAINER);
  const state = objectAt(status, "state");
  if (state["running"] !== undefined) return { _tag: "Running", id: textAt(status, "containerID") ?? "" };
  if (state["terminated"] !== undefined)
    return { _tag: "Terminated", id: textAt(state, "terminated", "containerID") ?? textAt(status, "containerID") ?? "" };
  if (state["waiting"] !== undefined) return { _tag: "Waiting", reason: textAt(state, "waiting", "reason") ?? "" };
  const phase = textAt(json, "status", "phase") ?? "Pending";
  return phase === "Pending" ? { _tag: "Waiting", reason: phase } : { _tag: "Running", id: "" };
};

/** A claim that does not bear the cluster's UID was there before it: it may hold data. */
export const readClaim = (json: Json, whose: Whose): VolumeClaim | undefined => {
  const name = textAt(json, "metadata", "name") ?? "";
  const life = textAt(json, "metadata", "uid");
  const ordinal = ordinalOf(`${VOLUME}-${whose.name}`, name);
  if (life === undefined || ordinal === undefined) return undefined;
  return {
    name,
    uid: uid(life),
    ordinal,
    olderThanCluster: textAt(json, "metadata", "annotations", CLUSTER_UID) !== whose.uid,
    hasDataSource: at(json, "spec", "dataSource") !== undefined || at(json, "spec", "dataSourceRef") !== undefined,
  };
};
