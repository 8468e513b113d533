/**
 * `web-pdb`: at most one pod goes voluntarily at a time, whatever the size, so that a drain never blocks for ever; and a pod
 * that is not healthy never blocks one at all.
 */
import { nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { type Owner, desiredOf, metadataOf } from "./metadata.ts";
import { selectorLabels } from "./names.ts";

export const desiredBudget = (owner: Owner): Desired => {
  const name = nameOf(owner.name).budget;
  return desiredOf("PodDisruptionBudget", name, {
    metadata: metadataOf(owner, name),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(owner.name) }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
  });
};
