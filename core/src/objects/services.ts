/** The two Services that do not depend on the record; the one for writes is in client-service.ts. */
import { nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import type { JsonObject } from "../json.ts";
import { type Owner, desiredOf, metadataOf } from "./metadata.ts";
import { selectorLabels } from "./names.ts";

/** `web-headless`: a name for each pod, ready or not, as the StatefulSet needs it. */
export const desiredHeadlessService = (owner: Owner): Desired => {
  const name = nameOf(owner.name).headless;
  return desiredOf("Service", name, {
    metadata: metadataOf(owner, name),
    spec: { clusterIP: "None", publishNotReadyAddresses: true, selector: selectorLabels(owner.name), ports: portsOf(owner) },
  });
};

/**
 * `web-replicas`, for reading: every *ready* pod, and ready means loaded and linked, or the primary. The primary is among
 * them because a selector cannot say "not this one"; so a cluster of one pod can be read from too. Writing through it works
 * by luck only.
 */
export const desiredReplicasService = (owner: Owner): Desired => {
  const name = nameOf(owner.name).replicas;
  return desiredOf("Service", name, {
    metadata: metadataOf(owner, name),
    spec: { publishNotReadyAddresses: false, selector: selectorLabels(owner.name), ports: portsOf(owner) },
  });
};

export const portsOf = ({ spec }: Owner): readonly JsonObject[] => [
  { name: "valkey", port: spec.port, protocol: "TCP", targetPort: spec.port },
];
