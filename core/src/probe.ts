/**
 * One probe: the questions, written in one piece so that the server answers them one after the other, and what the answers
 * say. Nothing has a default: a probe of which a part is missing, is malformed or contradicts another part is an answer of
 * a process that runs, and no reading of it.
 *
 *   PING                    its MISCONF: a process whose disk is full answers everything else as if nothing were wrong
 *   ROLE                    what it is, and its link in the word for it that has seven values
 *   INFO, four sections     run id, loading, history, offset, link, replicas, keys: one instant, one reply
 *   CONFIG GET              min-replicas-to-write, and the priority, which INFO says of replicas only
 *   ACL USERS               which replication users exist
 *   FUNCTION LIST, STATS    the marker; and whether there is any other library, for such a process is not empty
 */
import { type CommandAnswer, errorOf } from "./answer.ts";
import { type ClusterName, markerQuery, readMarker } from "./marker.ts";
import type { Downstream, Reading, Reply, Upstream } from "./observation.ts";
import {
  bytesIn,
  bytesOf,
  type Command,
  commands,
  decimal,
  entriesOf,
  type ErrorKind,
  infoReplication,
  type InfoReplication,
  integerOf,
  itemsOf,
  numberedFields,
  readRole,
  type Role,
  textOf,
  type Value,
} from "./resp3/index.ts";
import { compareText, replicationId, replicationOffset, type RunId, runId } from "./units.ts";

/** The same for every process: asking depends on nothing. */
export const probeCommands: readonly Command[] = [
  commands.ping(),
  commands.role(),
  commands.info("server", "persistence", "replication", "keyspace"),
  commands.configGet("min-replicas-to-write", "replica-priority"),
  commands.aclUsers(),
  markerQuery,
  commands.functionStats(),
];

/** Undefined is silence: not an error in sight, and some answer did not come. `answers` are those to `probeCommands`. */
export const readProbe = (answers: readonly CommandAnswer[], cluster: ClusterName): Reply | undefined => {
  for (const answer of answers) {
    const error = errorOf(answer);
    if (error === undefined) continue;
    const [_tag, text] = [kinds[error.kind], error.message.slice(0, 200)];
    return _tag === "Misconfigured"
      ? { _tag, text, ...speaker(answers), ...itself(answers, cluster) }
      : { _tag, text, ...speaker(answers) };
  }
  const values = answers.flatMap((answer) => (answer._tag === "Replied" ? [answer.value] : []));
  if (values.length < answers.length || values.length === 0) return undefined;
  const [pong, ...others] = values;
  if (!isWhole(others)) return unexpected(`${values.length} answers to a probe`);
  return textOf(pong) === "PONG" ? readingOf(others, cluster) : unexpected("PING is not answered with PONG");
};

/** INFO answers while the data set is loaded: which process it is that says so. */
const speaker = (answers: readonly CommandAnswer[]): { readonly runId?: RunId } => {
  const info = answers[2];
  const bytes = info?._tag === "Replied" ? bytesIn(info.value) : undefined;
  const found = bytes === undefined ? undefined : infoReplication(bytes).runId;
  return found === undefined ? {} : { runId: runId(found) };
};

/** What is left where PING alone is refused. */
const itself = ([ping, ...others]: readonly CommandAnswer[], cluster: ClusterName): { readonly reading?: Reading } => {
  const values = others.flatMap((answer) => (answer._tag === "Replied" && errorOf(answer) === undefined ? [answer.value] : []));
  const said = ping !== undefined && errorOf(ping) !== undefined && isWhole(values) ? readingOf(values, cluster) : undefined;
  return said?._tag === "Reading" ? { reading: said.reading } : {};
};

/** What an error says about the process that sent it. */
const kinds: { readonly [kind in ErrorKind]: Exclude<Reply["_tag"], "Reading"> } = {
  LOADING: "Loading",
  MASTERDOWN: "MasterDown",
  BUSY: "Busy",
  NOAUTH: "NoAuth",
  WRONGPASS: "NoAuth",
  NOPERM: "NoAuth",
  DENIED: "NoAuth",
  MISCONF: "Misconfigured",
  MAXCLIENTS: "MaxClients",
  READONLY: "Unexpected",
  NOREPLICAS: "Unexpected",
  OOM: "Unexpected",
  NOMASTERLINK: "Unexpected",
  NOGOODSLAVE: "Unexpected",
  INPROG: "Unexpected",
  NOPROTO: "Unexpected",
  UNBLOCKED: "Unexpected",
  UNKILLABLE: "Unexpected",
  NOTBUSY: "Unexpected",
  NOSCRIPT: "Unexpected",
  EXECABORT: "Unexpected",
  WRONGTYPE: "Unexpected",
  ERR: "Unexpected",
  OTHER: "Unexpected",
};

type Answers = readonly [role: Value, info: Value, config: Value, users: Value, marker: Value, functions: Value];

const isWhole = (others: readonly Value[]): others is Answers => others.length === probeCommands.length - 1;

const unexpected = (text: string): Reply => ({ _tag: "Unexpected", text });

const readingOf = ([roleValue, infoValue, configValue, usersValue, markerValue, functionsValue]: Answers, cluster: ClusterName): Reply => {
  const bytes = bytesIn(infoValue);
  if (bytes === undefined) return unexpected("INFO is no text");
  const info = infoReplication(bytes);
  // INFO says `role:master` of a process that is still reading its data set, and ROLE believes it.
  if (info.loading === true || info.asyncLoading === true) {
    return {
      _tag: "Loading",
      text: "INFO says that the data set is being loaded",
      ...(info.runId === undefined ? {} : { runId: runId(info.runId) }),
    };
  }
  if (info.loading === undefined) return unexpected("INFO without loading");
  const role = readRole(roleValue);
  if (role._tag === "Err") return unexpected("ROLE is neither that of a primary nor that of a replica");
  if (wordOf(role.value) !== info.role) return unexpected("ROLE and INFO disagree: the role changed between them");

  const history = historyOf(info);
  if (typeof history === "string") return unexpected(history);
  const upstream = info.role === "replica" ? upstreamOf(info, role.value) : undefined;
  if (typeof upstream === "string") return unexpected(upstream);
  const downstream = downstreamOf(info);
  if (downstream === undefined) return unexpected("INFO with a replica that cannot be read");
  const minReplicas = settingOf(configValue, "min-replicas-to-write");
  const priority = settingOf(configValue, "replica-priority");
  if (minReplicas === undefined || priority === undefined)
    return unexpected("CONFIG GET without min-replicas-to-write or replica-priority");
  const users = usersOf(usersValue);
  if (users === undefined) return unexpected("ACL USERS is no list of names");
  const marker = readMarker(markerValue, cluster);
  if (marker === undefined) return unexpected("FUNCTION LIST with a library of our name that is not ours");
  const libraries = hasLibraries(functionsValue);
  if (libraries === undefined) return unexpected("FUNCTION STATS without the number of libraries");
  if (info.failover === undefined) return unexpected("INFO without master_failover_state");
  const keys = hasKeys(bytes);
  if (keys === undefined) return unexpected("INFO with a key space that cannot be read");

  const handingOver = info.failover === "None" ? {} : { handingOver: true as const };
  const empty = !keys && !libraries && marker === "Absent";
  const common = { ...history, priority, downstream, minReplicas, ...handingOver, users, marker, empty };
  const reading: Reading = upstream === undefined ? { role: "primary", ...common } : { role: "replica", upstream, ...common };
  return { _tag: "Reading", reading };
};

const wordOf = (role: Role): "primary" | "replica" => (role._tag === "Primary" ? "primary" : "replica");

/**
 * The offset is `master_repl_offset` in either role: what a replica has processed and would go on counting from. The
 * replica's own fields count the link, and say 1 before there was one.
 */
const historyOf = (info: InfoReplication): Pick<Reading, "runId" | "offset" | "replid" | "replidBefore" | "forkedAt"> | string => {
  if (info.runId === undefined) return "INFO without run_id";
  if (info.replOffset === undefined) return "INFO without master_repl_offset";
  if (info.replid === undefined || info.replid2 === undefined || info.secondReplOffset === undefined) return "INFO without replication ids";
  const history = { runId: runId(info.runId), offset: replicationOffset(info.replOffset), replid: replicationId(info.replid) };
  if (info.replid2 === noHistory) return history;
  // The server keeps the first offset that is *not* shared any more.
  if (info.secondReplOffset < 1n) return "INFO with a second replication id and no offset for it";
  return { ...history, replidBefore: replicationId(info.replid2), forkedAt: replicationOffset(info.secondReplOffset - 1n) };
};

/** What the server writes where there is no second history. */
const noHistory = "0".repeat(40);

const upstreamOf = (info: InfoReplication, role: Role): Upstream | string => {
  if (role._tag !== "Replica" || info.primaryHost === undefined || info.primaryPort === undefined)
    return "INFO without the primary's address";
  if (info.link === undefined || info.syncInProgress === undefined) return "INFO without the state of the link";
  return {
    host: info.primaryHost,
    port: info.primaryPort,
    up: info.link === "up" && role.link === "connected",
    syncing: info.syncInProgress || role.link === "sync",
  };
};

const downstreamOf = (info: InfoReplication): readonly Downstream[] | undefined => {
  const read = info.replicas.flatMap(({ ip, state, offset }) =>
    offset === undefined ? [] : [{ host: ip, online: state === "online", offset: replicationOffset(offset) }],
  );
  if (read.length !== info.connectedReplicas) return undefined;
  return read.toSorted((a, b) => compareText(a.host, b.host));
};

const settingOf = (config: Value, name: string): number | undefined => {
  const entries = entriesOf(config);
  const found = entries._tag === "Ok" ? entries.value.find(([key]) => textOf(key) === name) : undefined;
  const value = decimal(textOf(found?.[1]));
  return value === undefined || value < 0n || value > 2_147_483_647n ? undefined : Number(value);
};

/** Names of other users may be anything; ours are names of pods behind `repl-`. */
const usersOf = (value: Value): readonly string[] | undefined => {
  const names = itemsOf(value)?.flatMap((item) => textOf(item) ?? []);
  // There is always the default user, whatever it may do.
  return names?.includes("default") === true ? names.filter((name) => name.startsWith("repl-")).toSorted(compareText) : undefined;
};

const hasLibraries = (value: Value): boolean | undefined => {
  const engines = fieldOf(value, "engines");
  const entries = engines === undefined ? undefined : entriesOf(engines);
  if (entries === undefined || entries._tag === "Err" || entries.value.length === 0) return undefined;
  const counts = entries.value.map(([, engine]) => integerOf(fieldOf(engine, "libraries_count")));
  return counts.some((count) => count === undefined || count < 0n) ? undefined : counts.some((count) => count !== 0n);
};

const fieldOf = (map: Value, name: string): Value | undefined => {
  const entries = entriesOf(map);
  return entries._tag === "Ok" ? entries.value.find(([key]) => textOf(key) === name)?.[1] : undefined;
};

/** Databases without keys are not listed, so the heading has to be there for nothing to mean none. */
const hasKeys = (info: Uint8Array): boolean | undefined => {
  if (!holds(info, keyspaceHeading)) return undefined;
  const counts = numberedFields(info, "db").map(([, line]) => decimal(/^keys=(\d+)(?:,|$)/.exec(line ?? "")?.[1]));
  return counts.includes(undefined) ? undefined : counts.some((count) => count !== 0n);
};

const keyspaceHeading = bytesOf("# Keyspace");

const holds = (bytes: Uint8Array, wanted: Uint8Array): boolean => {
  for (let from = bytes.length - wanted.length; from >= 0; from -= 1) {
    if (bytes[from] === wanted[0] && wanted.every((byte, at) => bytes[from + at] === byte)) return true;
  }
  return false;
};
