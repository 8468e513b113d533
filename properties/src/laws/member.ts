// web-1 at one moment, of a cluster whose others are as they should be: for laws about who counts, one fact at a time.
import {
  type Cluster,
  type FailoverRecord,
  type Health,
  type Member,
  type Observation,
  type Reading,
  type Reply,
  instant,
} from "@gungnir/core";
import { addressOf, clusterWith, identityOf, leader, readingOf, record, replyOf, seen, targetOf } from "./cluster.ts";

export const made = clusterWith({ downAfter: 1_000, pingInterval: 200 });
export const [NOW, EPOCH] = [20_000, 5_000];

export const healthOf = (ordinal: number, reply: Reply, changes: Partial<Health> = {}): Health => ({
  target: targetOf(ordinal),
  since: instant(6_000),
  asked: instant(NOW - 10),
  lastHeard: instant(NOW),
  late: false,
  last: { began: instant(NOW - 10), reply },
  runId: identityOf(ordinal).runId,
  lastReading: instant(NOW),
  ...changes,
});
export const saying = (changes: Partial<Reading> = {}): Reply => replyOf(readingOf(1, 100n, { users: [], ...changes }));

/** What is known of web-1 is this; the others are as they should be. */
export const seeing = (health: Health | undefined, changes: Partial<Observation> = {}): Observation => ({
  ...seen(leader(made, 0), NOW),
  epochSince: instant(EPOCH),
  health: [
    healthOf(0, replyOf(readingOf(0, 100n))),
    ...(health === undefined ? [] : [health]),
    healthOf(2, replyOf(readingOf(2, 100n, { users: [] }))),
  ],
  ...changes,
});
export const podsWith = (ordinal: number, changes: Partial<Cluster["pods"][number]>): Partial<Observation> => ({
  cluster: { ...made, pods: made.pods.map((pod) => (pod.ordinal === ordinal ? { ...pod, ...changes } : pod)) },
});
export const ended = { container: { _tag: "Terminated", id: "ended" } } as const;
export const stateOf = (state: Member["state"]): FailoverRecord => ({
  ...record,
  members: record.members.map((one) => (one.pod === "web-1" ? { ...one, state } : one)),
});
export const SILENT = { late: true, lastHeard: instant(8_000) };
export const BUSY: Reply = { _tag: "Busy", text: "" };
export const LOADING: Reply = { _tag: "Loading", text: "" };
export const link = { host: addressOf(0), port: 6379, up: true, syncing: false };
