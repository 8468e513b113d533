/**
 * `web-client`, for writing: one pod by name, or nobody; and whether that pod is ready is not asked, because routing is
 * decided here and nowhere else. Rendered from the record: the same record always routes the same way.
 */
import { NOBODY, ROUTED_EPOCH, nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import type { FailoverRecord } from "../record.ts";
import type { PodName } from "../units.ts";
import { type Owner, annotated, desiredOf, metadataOf, sealed } from "./metadata.ts";
import { portsOf } from "./services.ts";

/** The label by which a StatefulSet names each of its pods. */
export const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";

/** The recorded primary, until it has handed over; nobody while it is being replaced, and before there is one. */
export const writesGoTo = (record: FailoverRecord | undefined): PodName | typeof NOBODY =>
  record?.primary === undefined || (record.intent !== undefined && record.intent.kind !== "Switchover") ? NOBODY : record.primary.pod;

export const desiredClientService = (owner: Owner, record: FailoverRecord | undefined): Desired => {
  const kept = unroutedOf(owner);
  const before = record === undefined ? undefined : routed.get(record);
  if (before?.kept === kept) return before.desired;
  const desired = routedBy(kept, owner, record);
  if (record !== undefined) routed.set(record, { kept, desired });
  return desired;
};
const routed = new WeakMap<FailoverRecord, { readonly kept: Desired; readonly desired: Desired }>();

const routedBy = (kept: Desired, owner: Owner, record: FailoverRecord | undefined): Desired => {
  const { kind, name, generate, manifest } = annotated(kept, { [ROUTED_EPOCH]: String(record?.epoch ?? 0) });
  const selector = { [POD_NAME_LABEL]: writesGoTo(record) };
  return { kind, name, generate, manifest: { ...manifest, spec: { ...specOf(owner), selector } } };
};

/** Everything but the route. Its fingerprint leaves the route out, which is compared field by field. */
const unroutedOf = (owner: Owner): Desired => {
  const before = unrouted.get(owner.spec);
  if (before?.owner.uid === owner.uid && before.owner.name === owner.name && before.owner.namespace === owner.namespace)
    return before.desired;
  const name = nameOf(owner.name).client;
  const desired = sealed(desiredOf("Service", name, { metadata: metadataOf(owner, name), spec: specOf(owner) }));
  unrouted.set(owner.spec, { owner, desired });
  return desired;
};
const unrouted = new WeakMap<Owner["spec"], { readonly owner: Owner; readonly desired: Desired }>();

const specOf = (owner: Owner) => ({ publishNotReadyAddresses: true, ports: portsOf(owner) });
