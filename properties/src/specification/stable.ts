// When a cluster is what it should be, and when something stands in the way that nobody owes us to end.
import { lately } from "../explore/remembered.ts";
import { WRITE_SERVICE } from "../world/api.ts";
import { selectedPods } from "../world/clients.ts";
import { isPrimary } from "../world/process.ts";
import { followers } from "../world/replication.ts";
import type { World } from "../world/world.ts";

/** One primary, published and routed to; every other process linked to it and counted; nobody missing. */
export const isStable = lately((world: World): boolean => {
  const { record, spec } = world.api.cluster;
  const { processes } = world.nodes.valkey;
  if (record?.primary === undefined || record.intent !== undefined) return false;
  const { primary } = record;
  const acting = processes.find((process) => process.runId === primary.runId);
  if (acting === undefined || !isPrimary(acting) || processes.filter((process) => isPrimary(process)).length !== 1) return false;
  const selected = selectedPods(world.api, WRITE_SERVICE);
  const linked = followers(world.nodes.valkey, acting);
  // A process whose pod object is gone is nobody's replica any more; that it is no primary was asked above.
  const others = processes.filter((process) => process !== acting && world.api.pods.some((pod) => pod.uid === process.uid));
  return (
    selected.length === 1 &&
    selected[0] === primary.pod &&
    world.api.pods.length === spec.replicas &&
    others.every(
      (process) =>
        linked.includes(process) && record.members.some((member) => member.runId === process.runId && member.state === "Streaming"),
    )
  );
});

/** Somebody is hung, cut off, turns the operator away or cannot write, and nobody owes us that this ends: lasting.ts says what is promised then. */
export const hasLastingTrouble = (world: World): boolean =>
  world.nodes.valkey.cuts.length > 0 ||
  world.nodes.valkey.processes.some((process) => process.hung || process.locked === true || process.diskFull === true);
