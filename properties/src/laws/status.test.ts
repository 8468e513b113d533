// ST: what a user reads of a cluster, in every memory that any events can make.
import {
  type Observation,
  type Status,
  instant,
  judge,
  nameOf,
  observationOf,
  readCluster,
  replicationId,
  report,
  statusOf,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { clusterWith, replied, replyOf, readingOf } from "./cluster.ts";
import { valueAt } from "./objects.ts";
import { anyRun, stepsOf } from "./runs.ts";

const observations = (steps: ReturnType<typeof stepsOf>): readonly Observation[] =>
  steps.flatMap(({ memory, event }) => observationOf(memory, event.now) ?? []);
const conditionIn = (status: Status, type: string) => status.conditions.find((one) => one.type === type);

test.prop([anyRun])("ST-1 status says what pods and the record say", (run) => {
  for (const observation of observations(stepsOf(run))) {
    const status = statusOf(observation);
    const { pods, record, generation } = observation.cluster;
    expect(status.readyReplicas).toBe(pods.filter((pod) => pod.ready).length);
    expect([status.masterPod, status.currentMaster]).toEqual([record?.primary?.pod ?? "", record?.primary?.pod ?? ""]);
    expect(status.nodeStatuses.map((one) => one.name)).toEqual(pods.map((pod) => pod.name));
    expect(status.observedGeneration).toBe(generation);
    expect(statusOf({ ...observation })).toEqual(status);
  }
});

/**
 * The goal, written here again: the specification does not take the status's word for it. Of whom nothing was heard (by a new leader, or
 * since it was commanded) the record's word counts; whoever was heard must not say otherwise.
 */
const isReached = ({ cluster, health }: Observation): boolean => {
  const { record, spec, pods } = cluster;
  if (record?.primary === undefined || (record.intent !== undefined && record.intent.kind !== "Switchover")) return false;
  const service = cluster.objects.find((one) => one.kind === "Service" && one.name === nameOf(cluster.name).client);
  const to = valueAt(service?.manifest, "spec", "selector", "statefulset.kubernetes.io/pod-name");
  const streaming = record.members.filter((member) => {
    const last = health.find((one) => one.target.uid === member.uid)?.last;
    const reading = last?.reply._tag === "Reading" ? last.reply.reading : undefined;
    return member.state === "Streaming" && (reading?.runId !== member.runId || reading.upstream?.up !== false);
  });
  return to === record.primary.pod && pods.length === spec.replicas && streaming.length === spec.replicas - 1;
};

test.prop([anyRun])("ST-2 Ready says that all is as it should be, and only then", (run) => {
  for (const observation of observations(stepsOf(run))) {
    if (conditionIn(statusOf(observation), "Ready")?.status !== "True") continue;
    expect(isReached(observation)).toBe(true);
    const { primary } = observation.cluster.record ?? {};
    expect(primary === undefined ? "nobody" : judge(observation, primary)._tag).not.toBe("Lost");
  }
});

const withStatus = (observation: Observation, status: Status): Observation => ({
  ...observation,
  cluster: { ...observation.cluster, status },
});

test.prop([anyRun, fc.integer({ min: 1, max: 9_000 })])(
  "ST-3 what is written says something new, and times change with values only",
  (run, later) => {
    for (const observation of observations(stepsOf(run))) {
      const status = statusOf(observation);
      expect(report(withStatus(observation, status))).toBeUndefined();
      const again = statusOf({ ...withStatus(observation, status), now: instant(observation.now + later) });
      for (const condition of again.conditions) {
        const before = conditionIn(status, condition.type);
        if (before?.status === condition.status) expect(condition.lastTransitionTime).toBe(before.lastTransitionTime);
      }
    }
  },
);

/** What the API server gives back of a status that was written. */
const readBack = ({ cluster }: Observation, status: Status): Status | undefined => {
  const { namespace, name, uid, version, asOf } = cluster;
  const metadata = { namespace, name, uid, resourceVersion: version };
  const written: unknown = JSON.parse(JSON.stringify({ metadata, spec: {}, status }));
  const none = { pods: [], claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const read = readCluster({ ...none, cluster: isJson(written) ? written : {}, asOf });
  return read._tag === "Ok" ? read.value.status : undefined;
};
const isJson = (value: unknown): value is Parameters<typeof readCluster>[0]["cluster"] => typeof value === "object";

test.prop([anyRun])("ST-3 what was written is read as it was written: a new leader finds nothing to correct", (run) => {
  for (const observation of observations(stepsOf(run))) {
    const status = statusOf(observation);
    expect(readBack(observation, status)).toEqual(status);
  }
});

test.prop([anyRun])("ST-1 an entry that is new says of its process what that said last", (run) => {
  for (const observation of observations(stepsOf(run))) {
    const { status: _, ...unwritten } = observation.cluster;
    const { nodeStatuses } = statusOf({ ...observation, cluster: unwritten });
    for (const [at, { uid }] of unwritten.pods.entries()) {
      const last = observation.health.find((one) => one.target.uid === uid)?.last;
      const reading = last?.reply._tag === "Reading" ? last.reply.reading : undefined;
      const { upstream, marker } = reading ?? {};
      expect(nodeStatuses[at]).toMatchObject({
        role: reading?.role ?? "unknown",
        history: reading?.replid ?? "",
        epoch: typeof marker === "object" ? marker.epoch : 0,
        link: upstream === undefined ? "" : upstream.syncing ? "syncing" : upstream.up ? "up" : "down",
      });
    }
  }
});

it("ST-1 a replica lacks what its primary has beyond it, in one history", () => {
  const heard = [
    { after: 1, making: (now: number) => replied(0, now, replyOf(readingOf(0, 25n))) },
    { after: 1, making: (now: number) => replied(1, now, replyOf(readingOf(1, 5n))) },
    { after: 1, making: (now: number) => replied(2, now, replyOf(readingOf(2, 5n, { replid: replicationId("another") }))) },
  ];
  const last = observations(stepsOf(heard)).at(-1);
  const { status: _, ...unwritten } = last?.cluster ?? clusterWith({ downAfter: 1, pingInterval: 1 });
  expect(last === undefined ? [] : statusOf({ ...last, cluster: unwritten }).nodeStatuses.map((one) => one.lag)).toEqual(["", "20", ""]);
});

it("ST-2 was asked of clusters that are ready", () => {
  const heard = [0, 1, 2].map((who) => ({ after: 1, making: (now: number) => replied(who, now, replyOf(readingOf(who, 5n))) }));
  const ready = observations(stepsOf(heard)).filter((one) => conditionIn(statusOf(one), "Ready")?.status === "True");
  expect(ready.length).toBeGreaterThan(0);
});
