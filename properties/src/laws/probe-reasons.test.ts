// INFO-2: a probe that makes no reading says which part of it was not as it should be: that is what a user sees of a process that is there and does not
// count. And each word that decides is read at its place: a link that is up by half of the answers is not up, a process that is empty by half is not empty.
import { type CommandAnswer, type Reply, answerOf, probeCommands, readProbe } from "@gungnir/core";
import { type Value, bytesOf } from "@gungnir/core/resp3";
import { expect, it } from "vitest";
import { type Fact, array, int, linesOf, map, valuesOf } from "./probes.ts";
import { CLUSTER, bulk, failed, simple } from "./wire.ts";

const REPLICA: Fact = { loading: false, role: "slave", offset: 5n, keys: 1, link: "up", failover: "no-failover" };
const PRIMARY: Fact = { ...REPLICA, role: "master" };
const read = (values: readonly Value[]): Reply | undefined => readProbe(values.map(answerOf), CLUSTER);
const readingOf = (values: readonly Value[]) => {
  const reply = read(values);
  return reply?._tag === "Reading" ? reply.reading : reply?.text;
};
/** INFO with one line replaced by others, or by none. */
const told = (fact: Fact, start: string, ...lines: readonly string[]) => {
  const all = linesOf(fact);
  const at = all.findIndex((line) => line.startsWith(start));
  if (at < 0) throw new Error(`INFO has no line ${start}`);
  return valuesOf(fact, all.toSpliced(at, 1, ...lines));
};
const [PING, ROLE, INFO, CONFIG, USERS, MARKER, STATS] = [0, 1, 2, 3, 4, 5, 6];
const settings = (...pairs: readonly string[]): Value => array(...pairs.map(bulk));
const engines = (...counts: readonly Value[]): Value =>
  map(["engines", map(...counts.map((count, at): readonly [string, Value] => [`E${at}`, map(["libraries_count", count])]))]);
const library = array(map(["library_name", bulk("gungnir")], ["functions", array()]));

it.each<readonly [string, readonly Value[]]>([
  ["PING is not answered with PONG", valuesOf(PRIMARY).with(PING, simple("PANG"))],
  ["INFO is no text", valuesOf(PRIMARY).with(INFO, int(1n))],
  ["INFO without loading", told(PRIMARY, "loading:")],
  ["ROLE is neither that of a primary nor that of a replica", valuesOf(PRIMARY).with(ROLE, array(bulk("sentinel"), array()))],
  ["ROLE and INFO disagree: the role changed between them", told(PRIMARY, "role:", "role:slave")],
  ["ROLE and INFO disagree: the role changed between them", told(REPLICA, "role:", "role:master")],
  ["INFO without run_id", told(PRIMARY, "run_id:")],
  ["INFO without master_repl_offset", told(PRIMARY, "master_repl_offset:")],
  ["INFO without replication ids", told(PRIMARY, "master_replid:")],
  ["INFO without replication ids", told(PRIMARY, "master_replid2:")],
  ["INFO without replication ids", told(PRIMARY, "second_repl_offset:")],
  ["INFO with a second replication id and no offset for it", told(PRIMARY, "second_repl_offset:", "second_repl_offset:-1")],
  ["INFO with a second replication id and no offset for it", told(PRIMARY, "second_repl_offset:", "second_repl_offset:0")],
  ["INFO without the primary's address", told(REPLICA, "master_host:")],
  ["INFO without the primary's address", told(REPLICA, "master_port:")],
  ["INFO without the state of the link", told(REPLICA, "master_link_status:")],
  ["INFO without the state of the link", told(REPLICA, "master_sync_in_progress:")],
  ["INFO with a replica that cannot be read", told(PRIMARY, "connected_slaves:")],
  ["INFO with a replica that cannot be read", told(PRIMARY, "connected_slaves:", "connected_slaves:2")],
  ["INFO with a replica that cannot be read", told(PRIMARY, "slave0:", "slave0:ip=fd00::2,port=6379,state=online,lag=0")],
  ["INFO with a replica that cannot be read", told(PRIMARY, "slave0:", "slave0:nonsense")],
  ["CONFIG GET without min-replicas-to-write or replica-priority", valuesOf(PRIMARY).with(CONFIG, settings("min-replicas-to-write", "1"))],
  ["CONFIG GET without min-replicas-to-write or replica-priority", valuesOf(PRIMARY).with(CONFIG, settings("replica-priority", "100"))],
  [
    "CONFIG GET without min-replicas-to-write or replica-priority",
    valuesOf(PRIMARY).with(CONFIG, settings("replica-priority", "-1", "min-replicas-to-write", "1")),
  ],
  [
    "CONFIG GET without min-replicas-to-write or replica-priority",
    valuesOf(PRIMARY).with(CONFIG, settings("replica-priority", "1", "min-replicas-to-write", "2147483648")),
  ],
  ["CONFIG GET without min-replicas-to-write or replica-priority", valuesOf(PRIMARY).with(CONFIG, simple("OK"))],
  ["ACL USERS is no list of names", valuesOf(PRIMARY).with(USERS, array(bulk("repl-web-1")))],
  ["ACL USERS is no list of names", valuesOf(PRIMARY).with(USERS, simple("default"))],
  ["FUNCTION LIST with a library of our name that is not ours", valuesOf(PRIMARY).with(MARKER, library)],
  ["FUNCTION STATS without the number of libraries", valuesOf(PRIMARY).with(STATS, map())],
  ["FUNCTION STATS without the number of libraries", valuesOf(PRIMARY).with(STATS, map(["engines", simple("OK")]))],
  ["FUNCTION STATS without the number of libraries", valuesOf(PRIMARY).with(STATS, engines())],
  ["FUNCTION STATS without the number of libraries", valuesOf(PRIMARY).with(STATS, engines(int(-1n), int(2n)))],
  ["FUNCTION STATS without the number of libraries", valuesOf(PRIMARY).with(STATS, engines(int(1n), simple("OK")))],
  ["INFO without master_failover_state", told(PRIMARY, "master_failover_state:")],
  ["INFO with a key space that cannot be read", told(PRIMARY, "db3:", "db3:keys=?,expires=0")],
  ["INFO with a key space that cannot be read", told(PRIMARY, "db3:", "db3:expires=0,keys=1")],
  ["INFO with a key space that cannot be read", told(PRIMARY, "db3:", "db3:keys=1x")],
  ["INFO with a key space that cannot be read", told(PRIMARY, "# Keyspace")],
])("%s", (text, values) => {
  expect(read(values)).toStrictEqual({ _tag: "Unexpected", text });
});

it("too few answers and too many are no reading, and none at all is silence", () => {
  expect(read(valuesOf(PRIMARY).slice(0, 6))).toStrictEqual({ _tag: "Unexpected", text: "6 answers to a probe" });
  expect(read([...valuesOf(PRIMARY), simple("OK")])).toStrictEqual({ _tag: "Unexpected", text: "8 answers to a probe" });
  expect(read([])).toBeUndefined();
});

it("a link is up when INFO and ROLE both say so, and it syncs when either does", () => {
  const roles = ["connected", "connect", "sync"].map((link) => array(bulk("slave"), bulk("fd00::1"), int(6379n), bulk(link), int(5n)));
  const upstreams = ["up", "down"].flatMap((link) =>
    ["0", "1"].flatMap((syncs) =>
      roles.map((role) => {
        const lines = linesOf(REPLICA).map((line) =>
          line.startsWith("master_link_status")
            ? `master_link_status:${link}`
            : line.startsWith("master_sync")
              ? `master_sync_in_progress:${syncs}`
              : line,
        );
        const reading = readingOf(valuesOf(REPLICA, lines).with(ROLE, role));
        return typeof reading === "object"
          ? `${reading.upstream?.up === true ? "up" : "-"} ${reading.upstream?.syncing === true ? "syncing" : "-"}`
          : reading;
      }),
    ),
  );
  const down = ["- -", "- -", "- syncing", "- syncing", "- syncing", "- syncing"];
  expect(upstreams).toEqual(["up -", "- -", "- syncing", "up syncing", "- syncing", "- syncing", ...down]);
});

const isEmpty = (values: readonly Value[]): unknown => {
  const reading = readingOf(values);
  return typeof reading === "object" ? reading.empty : reading;
};
it("empty is who has no key, no library and no marker; each of them is something", () => {
  const empty = valuesOf({ ...PRIMARY, keys: 0 });
  expect(isEmpty(empty)).toBe(true);
  expect(isEmpty(valuesOf(PRIMARY))).toBe(false);
  expect(isEmpty(empty.with(STATS, engines(int(0n), int(0n))))).toBe(true);
  expect(isEmpty(empty.with(STATS, engines(int(0n), int(1n))))).toBe(false);
  expect(isEmpty(empty.with(STATS, engines(int(1n), int(0n))))).toBe(false);
  const description = bulk("default/web 7 2 web-0");
  const marked = array(map(["library_name", bulk("gungnir")], ["functions", array(map(["description", description]))]));
  expect(isEmpty(empty.with(MARKER, marked))).toBe(false);
  expect(isEmpty(told(PRIMARY, "db3:", "db0:keys=0,expires=0", "db3:keys=0"))).toBe(true);
  expect(isEmpty(told(PRIMARY, "db3:", "db0:keys=0,expires=0", "db3:keys=10"))).toBe(false);
  // A database that is called like a heading is none.
  expect(isEmpty(valuesOf(PRIMARY, ["# Keyspace", ...linesOf({ ...PRIMARY, keys: 0 }).filter((line) => line !== "# Keyspace")]))).toBe(
    true,
  );
});

it("numbers at their bounds are numbers, and what a process says of itself is in order", () => {
  const [most, none] = ["2147483647", "0"].map((count) =>
    readingOf(valuesOf(PRIMARY).with(CONFIG, settings("replica-priority", count, "min-replicas-to-write", count))),
  );
  expect(most).toMatchObject({ priority: 2_147_483_647, minReplicas: 2_147_483_647 });
  expect(none).toMatchObject({ priority: 0, minReplicas: 0 });
  expect(readingOf(told(PRIMARY, "second_repl_offset:", "second_repl_offset:1"))).toMatchObject({ forkedAt: 0n });
  expect(readingOf(told(PRIMARY, "master_replid2:", `master_replid2:${"0".repeat(40)}`))).not.toMatchObject({
    replidBefore: "c".repeat(40),
  });
  expect(readingOf(valuesOf(PRIMARY).with(USERS, array(...["repl-b", "default", "x-repl-", "repl-a"].map(bulk))))).toMatchObject({
    users: ["repl-a", "repl-b"],
  });
  expect(readingOf(valuesOf(PRIMARY).with(USERS, array(bulk("default"), { _tag: "Null" }, bulk("repl-a"))))).toMatchObject({
    users: ["repl-a"],
  });
  const garbled = bytesOf(linesOf(PRIMARY).join("\r\n")).map((byte, at, all) => (at === all.length - 1 ? 255 : byte));
  expect(readingOf(valuesOf(PRIMARY).with(INFO, { _tag: "Bulk", bytes: garbled }))).toBe("INFO with a key space that cannot be read");
  const replicas = told(PRIMARY, "connected_slaves:", "connected_slaves:2", "slave1:ip=fd00::1,port=6379,state=wait_bgsave,offset=0,lag=0");
  expect(readingOf(replicas)).toMatchObject({
    downstream: [
      { host: "fd00::1", online: false, offset: 0n },
      { host: "fd00::2", online: true, offset: 17n },
    ],
  });
});

it("a process that loads says who it is, whichever way it says that it loads", () => {
  const loading = "INFO says that the data set is being loaded";
  const who = { runId: "a".repeat(40) };
  expect(read(told(PRIMARY, "loading:", "loading:1"))).toStrictEqual({ _tag: "Loading", text: loading, ...who });
  expect(read(told(PRIMARY, "loading:", "loading:0", "async_loading:1"))).toStrictEqual({ _tag: "Loading", text: loading, ...who });
  const nameless = linesOf(PRIMARY).flatMap((line) => (line.startsWith("run_id") ? [] : [line === "loading:0" ? "loading:1" : line]));
  expect(read(valuesOf(PRIMARY, nameless))).toStrictEqual({ _tag: "Loading", text: loading });
  const error: Value = { _tag: "Error", bytes: bytesOf("LOADING the data set") };
  const text = "LOADING the data set";
  expect(read(valuesOf(PRIMARY).with(ROLE, error))).toStrictEqual({ _tag: "Loading", text, ...who });
  expect(read(valuesOf(PRIMARY).with(ROLE, error).with(INFO, int(1n)))).toStrictEqual({ _tag: "Loading", text });
  expect(read(told(PRIMARY, "run_id:").with(ROLE, error))).toStrictEqual({ _tag: "Loading", text });
  expect(read([error])).toStrictEqual({ _tag: "Loading", text });
  const lost: CommandAnswer = { _tag: "Unknown", written: true, why: "Timeout" };
  expect(readProbe([answerOf(error), lost, lost], CLUSTER)).toStrictEqual({ _tag: "Loading", text });
});

it("an error is told as far as two hundred characters", () => {
  const answers = probeCommands.map(() => failed(`ERR ${"x".repeat(300)}`));
  expect(readProbe(answers, CLUSTER)).toStrictEqual({ _tag: "Unexpected", text: `ERR ${"x".repeat(196)}` });
});
