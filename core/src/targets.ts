import type { Cluster } from "./cluster.ts";
import { firstSight } from "./health.ts";
import type { Health, Target } from "./observation.ts";
import { type Instant, compareText } from "./units.ts";

/**
 * Whom to ask: every pod that has an address; every retired process whose address nobody else has got; and the recorded
 * primary or candidate whose pod is gone, until a claim retires it: it may live on (regressions/0007).
 */
export const healthOfTargets = (known: readonly Health[], cluster: Cluster, now: Instant): readonly Health[] => {
  const pods = cluster.pods.flatMap((pod): Target[] =>
    // An evicted pod keeps an address that somebody else may have got (regressions/0030).
    pod.address === undefined || pod.container._tag !== "Running" ? [] : [{ pod: pod.name, uid: pod.uid, address: pod.address }],
  );
  const { record } = cluster;
  const retired = (record?.retired ?? []).flatMap(({ pod, uid, address }): Target[] =>
    address === undefined ? [] : [{ pod, uid, address }],
  );
  const roles = [record?.primary, record?.intent?.candidate].flatMap((one) => known.find(({ target }) => target.uid === one?.uid) ?? []);
  const gone = [...retired, ...roles.map(({ target }) => target)].filter(
    (target, at, all) =>
      !pods.some((pod) => pod.address === target.address || pod.uid === target.uid) &&
      all.findIndex((other) => isSameTarget(other, target)) === at,
  );
  const targets = [...pods, ...gone].toSorted(byPodThenUid);
  return targets.map((target) => known.find((one) => isSameTarget(one.target, target)) ?? firstSight(target, now));
};

const byPodThenUid = (a: Target, b: Target): number => compareText(a.pod, b.pod) || compareText(a.uid, b.uid);
export const isSameTarget = (a: Target, b: Target): boolean => a.pod === b.pod && a.uid === b.uid && a.address === b.address;
