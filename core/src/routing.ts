/**
 * The write Service is rendered from the record and from nothing else: the primary, or nobody while it is being replaced.
 * It carries the epoch, so that after every claim it is written once, even where it says nobody already: a stale leader's
 * write of it then conflicts.
 */
import { ROUTED_EPOCH, nameOf } from "./cluster.ts";
import type { Stance } from "./decision.ts";
import { POD_NAME_LABEL, desiredClientService, writesGoTo } from "./objects/client-service.ts";
import { textAt } from "./fields.ts";
import type { Observation } from "./observation.ts";
import type { FailoverRecord } from "./record.ts";
import { attempt } from "./stance.ts";

/** Undefined when the Service says what the record says, or is not there to say anything. */
export const route = (observation: Observation, record: FailoverRecord): Stance => {
  const { cluster } = observation;
  const service = cluster.objects.find((one) => one.kind === "Service" && one.name === nameOf(cluster.name).client);
  if (service === undefined || !service.owned || service.deleting) return undefined;
  const to = writesGoTo(record);
  if (
    textAt(service.manifest, "spec", "selector", POD_NAME_LABEL) === to &&
    textAt(service.manifest, "metadata", "annotations", ROUTED_EPOCH) === String(record.epoch)
  ) {
    return undefined;
  }
  const object = desiredClientService(cluster, record);
  return attempt(
    observation,
    { _tag: "RouteWrites", epoch: record.epoch, to, object, uid: service.uid, at: service.version },
    to === "nobody" ? "WritesUnrouted" : "WritesRouted",
  );
};
