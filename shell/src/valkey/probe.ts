// One probe: everything the operator asks a process, in one pipelined write, and its answers as one typed reply. It notes
// when it began, because what it says was true no earlier, and when it ended. A field that is missing makes the whole
// answer `Unexpected`: an offset that was not read is not zero.
import {
  type Instant,
  type Marker,
  podName,
  type Reading,
  replicationId,
  replicationOffset,
  replicationUser,
  runId,
  type Reply,
  type Uid,
} from "@gungnir/core";
import {
  bytesIn,
  bytesOf,
  type Command,
  entriesOf,
  type ErrorKind,
  errorReply,
  infoReplication,
  type InfoReplication,
  itemsOf,
  numberedFields,
  readRole,
  type Role,
  textOf,
  type Value,
} from "@gungnir/core/resp3";
import type { Connection, Outcome } from "./connection.ts";
import type { Link } from "./link.ts";
import { MARKER_QUERY, readMarker } from "./marker.ts";

export type Probed = { readonly began: Instant; readonly ended: Instant; readonly latencyMs: number; readonly heard: Heard };
export type Heard =
  | { readonly _tag: "Replied"; readonly reply: Reply }
  | { readonly _tag: "Silent"; readonly why: "Refused" | "Timeout" | "Reset"; readonly text: string };

// PING is there for its MISCONF: a primary whose disk is full answers everything else as if nothing were wrong.
const QUESTIONS: readonly Command[] = [
  ["PING"],
  ["ROLE"],
  ["INFO", "server", "replication", "persistence", "keyspace"],
  ["CONFIG", "GET", "min-replicas-to-write", "replica-priority"],
  ["ACL", "USERS"],
  MARKER_QUERY,
];

/** Asks once. Never rejects; ends within `timeoutMs` and a little. */
export async function probe(link: Link, cluster: Uid, timeoutMs: number, clock: () => Instant): Promise<Probed> {
  const began = clock();
  const heard = await ask(link, cluster, timeoutMs);
  const ended = clock();
  return { began, ended, latencyMs: ended - began, heard };
}

async function ask(link: Link, cluster: Uid, timeoutMs: number): Promise<Heard> {
  const deadline = performance.now() + timeoutMs;
  const connection = await within(link.ensure(), timeoutMs);
  if (connection === undefined) return silent("Timeout", `no connection within ${timeoutMs} ms`);
  const state = connection.state();
  if (state._tag === "Closed") return silent(state.why === "Refused" || state.why === "Timeout" ? state.why : "Reset", state.message);
  const outcomes = await connection.send(QUESTIONS, Math.max(1, deadline - performance.now()));
  return understood(outcomes, connection, cluster);
}

function understood(outcomes: readonly Outcome[], connection: Connection, cluster: Uid): Heard {
  const denied = connection.denied();
  if (denied !== undefined) return replied(refusal(denied) ?? { _tag: "NoAuth", text: denied });
  for (const outcome of outcomes) {
    if (outcome._tag === "Refused") return silent("Reset", outcome.why);
    if (outcome._tag === "Unknown") return silent(outcome.why.startsWith("Timeout") ? "Timeout" : "Reset", outcome.why);
  }
  for (const outcome of outcomes) {
    const reply = outcome._tag === "Failed" ? refusal(outcome.error) : undefined;
    if (reply !== undefined) return replied(reply);
  }
  const values = outcomes.flatMap((outcome) => (outcome._tag === "Replied" ? [outcome.value] : []));
  const [, role, info, settings, users, marker] = values;
  if (role === undefined || info === undefined || settings === undefined || users === undefined || marker === undefined) {
    const failed = outcomes.find((outcome) => outcome._tag === "Failed");
    return replied({ _tag: "Unexpected", text: failed?.error ?? "an answer is missing" });
  }
  return replied(read({ role, info, settings, users, marker }, cluster));
}

type Answers = { readonly role: Value; readonly info: Value; readonly settings: Value; readonly users: Value; readonly marker: Value };

/** Exported for its examples: the same on captured replies. */
export function read(answers: Answers, cluster: Uid): Reply {
  const bytes = bytesIn(answers.info);
  if (bytes === undefined) return { _tag: "Unexpected", text: "INFO is not text" };
  const info = infoReplication(bytes);
  if (info.loading === true || info.asyncLoading === true) return { _tag: "Loading", text: "INFO says loading" };
  const role = readRole(answers.role);
  if (role._tag === "Err") return { _tag: "Unexpected", text: "ROLE is neither a primary's nor a replica's" };
  const minReplicas = settingOf(answers.settings, "min-replicas-to-write");
  const priority = settingOf(answers.settings, "replica-priority");
  const users = itemsOf(answers.users)?.flatMap((user) => textOf(user) ?? []);
  const marker = readMarker(cluster, answers.marker);
  const keys = new TextDecoder().decode(bytes).includes("# Keyspace") ? numberedFields(bytes, "db").length : undefined;
  if (minReplicas === undefined || priority === undefined || users === undefined || marker === undefined || keys === undefined) {
    return { _tag: "Unexpected", text: "CONFIG GET, ACL USERS, FUNCTION LIST or INFO keyspace could not be read" };
  }
  const reading = readingOf(role.value, info, { minReplicas, priority, users, marker, keys });
  return reading === undefined ? { _tag: "Unexpected", text: "INFO lacks a field, or contradicts ROLE" } : { _tag: "Reading", reading };
}

type Rest = {
  readonly minReplicas: number;
  readonly priority: number;
  readonly users: readonly string[];
  readonly marker: Marker | "Absent" | "Foreign";
  readonly keys: number;
};

function readingOf(role: Role, info: InfoReplication, rest: Rest): Reading | undefined {
  const said = role._tag === "Primary" ? "primary" : "replica";
  // Asked in one write, answered in one event: where they differ, a command of somebody else's came between.
  if (info.role !== said) return undefined;
  const offset = role._tag === "Primary" ? info.replOffset : info.replicaOffset;
  const { runId: id, replid, replid2, secondReplOffset } = info;
  if (id === undefined || replid === undefined || offset === undefined) return undefined;
  const continues = replid2 !== undefined && !/^0*$/.test(replid2) && secondReplOffset !== undefined && secondReplOffset >= 0n;
  return {
    runId: runId(id),
    role: said,
    ...(role._tag === "Replica" && { upstream: upstreamOf(role, info) }),
    offset: replicationOffset(offset),
    replid: replicationId(replid),
    ...(continues && { replidBefore: replicationId(replid2), forkedAt: replicationOffset(secondReplOffset) }),
    priority: rest.priority,
    downstream: role._tag === "Primary" ? downstreamOf(role, info) : [],
    minReplicas: rest.minReplicas,
    users: rest.users.filter((user) => user.startsWith(replicationUser(podName("")))).toSorted(),
    marker: rest.marker,
    empty: rest.keys === 0 && rest.marker === "Absent",
  };
}

function upstreamOf(role: Extract<Role, { readonly _tag: "Replica" }>, info: InfoReplication): NonNullable<Reading["upstream"]> {
  return {
    host: role.ip,
    port: role.port,
    up: role.link === "connected" && info.link === "up",
    // Not known to be over counts as going on: such a process is not to be trusted with a promotion.
    syncing: role.link === "sync" || info.syncInProgress !== false,
  };
}

/** The offsets of ROLE, which lists online replicas only, and the state of INFO. */
function downstreamOf(role: Extract<Role, { readonly _tag: "Primary" }>, info: InfoReplication): Reading["downstream"] {
  return info.replicas
    .flatMap((replica) => {
      const listed = role.replicas.find((one) => one.ip === replica.ip && one.port === replica.port);
      const offset = listed?.offset ?? replica.offset;
      return offset === undefined ? [] : [{ host: replica.ip, online: replica.state === "online", offset: replicationOffset(offset) }];
    })
    .toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
}

function settingOf(reply: Value, name: string): number | undefined {
  const entries = entriesOf(reply);
  if (entries._tag === "Err") return undefined;
  const found = textOf(entries.value.find(([key]) => textOf(key) === name)?.[1]);
  return found !== undefined && /^[0-9]{1,9}$/.test(found) ? Number(found) : undefined;
}

const REFUSALS: ReadonlyMap<ErrorKind, Refusal["_tag"]> = new Map([
  ["LOADING", "Loading"],
  ["MASTERDOWN", "MasterDown"],
  ["BUSY", "Busy"],
  ["NOAUTH", "NoAuth"],
  ["WRONGPASS", "NoAuth"],
  ["NOPERM", "NoAuth"],
  ["DENIED", "NoAuth"],
  ["MISCONF", "Misconfigured"],
  ["MAXCLIENTS", "MaxClients"],
] as const);
type Refusal = Exclude<Reply, { readonly _tag: "Reading" }>;

/** An error that says something about the process rather than about the question. */
function refusal(error: string): Refusal | undefined {
  const kind = errorReply({ _tag: "Error", bytes: bytesOf(error) })?.kind;
  const tag = kind === undefined ? undefined : REFUSALS.get(kind);
  return tag === undefined ? undefined : { _tag: tag, text: error };
}

function replied(reply: Reply): Heard {
  return { _tag: "Replied", reply };
}
function silent(why: "Refused" | "Timeout" | "Reset", text: string): Heard {
  return { _tag: "Silent", why, text };
}

async function within<Result>(promise: Promise<Result>, ms: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
