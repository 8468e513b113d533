import type { Cluster } from "./cluster.ts";
import type { Health, Refusal } from "./observation.ts";
import { type FailoverRecord, isSameProcess } from "./record.ts";
import { handoverKey, isJoin, isJoinOf, joinKey, postpone } from "./refusals.ts";
import type { Instant } from "./units.ts";

type Evidence = { readonly health: readonly Health[]; readonly refused: readonly Refusal[] };

/**
 * Whoever is enlisted has 2 D of his own to attach, and whoever was dropped although he answers comes back later each time: else a replica whose link is broken joins and leaves with every look (regressions/0010).
 */
export const membersChanged = ({ health, refused }: Evidence, before: Cluster, record: FailoverRecord, now: Instant): Evidence => {
  const known = before.record?.members ?? [];
  const was = before.record?.intent;
  const isNew = (one: Health) =>
    record.members.some((member) => member.uid === one.target.uid && !known.some((other) => isSameProcess(other, member)));
  const answers = (runId: string) => health.some((one) => one.runId === runId && !one.late);
  const dropped = known.filter((one) => answers(one.runId) && !record.members.some((member) => isSameProcess(one, member)));
  const left = was === undefined && record.intent === undefined ? dropped : [];
  const isKept = was?.kind === "Switchover" && record.intent === undefined && record.primary?.runId === before.record?.primary?.runId;
  const untaken = isKept ? [was.candidate] : [];
  const streaming = record.members.filter((member) => member.state === "Streaming").map(joinKey);
  // Of processes that are gone nothing is remembered.
  const patient = refused.filter(({ key }) => !streaming.includes(key) && (!isJoin(key) || health.some((one) => isJoinOf(key, one))));
  return {
    health: health.map((one) => (isNew(one) && one.unlinkedSince !== undefined ? { ...one, unlinkedSince: now } : one)),
    refused: untaken.reduce(
      (all, one) => postpone(all, handoverKey(one), "it did not take over in time", before.spec.downAfter, now),
      left.reduce<readonly Refusal[]>((all, one) => postpone(all, joinKey(one), "left", 2 * before.spec.downAfter, now), patient),
    ),
  };
};
