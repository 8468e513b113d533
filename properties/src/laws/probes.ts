// What a process answers to a probe, as facts about it.
import type { Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";
import { bulk, simple } from "./wire.ts";

export type Fact = {
  readonly loading: boolean;
  readonly role: "master" | "slave";
  readonly offset: bigint;
  readonly keys: number;
  readonly link: "up" | "down";
  readonly failover: "no-failover" | "waiting-for-sync" | "failover-in-progress";
};
export const anyFact: fc.Arbitrary<Fact> = fc.record({
  loading: fc.constant(false),
  role: fc.constantFrom("master", "slave"),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  keys: fc.nat(3),
  link: fc.constantFrom("up", "down"),
  failover: fc.constantFrom("no-failover", "waiting-for-sync", "failover-in-progress"),
});
export const id = (digit: string): string => digit.repeat(40);
export const linesOf = ({ loading, role, offset, keys, link, failover }: Fact): readonly string[] => [
  "# Server",
  `run_id:${id("a")}`,
  "# Persistence",
  `loading:${loading ? 1 : 0}`,
  "# Replication",
  `role:${role}`,
  ...(role === "slave" ? ["master_host:fd00::1", "master_port:6379", `master_link_status:${link}`, "master_sync_in_progress:0"] : []),
  "connected_slaves:1",
  "slave0:ip=fd00::2,port=6379,state=online,offset=17,lag=0",
  `master_failover_state:${failover}`,
  `master_replid:${id("b")}`,
  `master_replid2:${id("c")}`,
  `master_repl_offset:${offset}`,
  "second_repl_offset:12",
  "# Keyspace",
  ...(keys === 0 ? [] : [`db3:keys=${keys},expires=0,avg_ttl=0`]),
];
export const map = (...pairs: readonly (readonly [string, Value])[]): Value => ({
  _tag: "Map",
  entries: pairs.map(([key, value]) => [bulk(key), value]),
});
export const array = (...items: readonly Value[]): Value => ({ _tag: "Array", items });
export const int = (value: bigint): Value => ({ _tag: "Integer", value });
export const valuesOf = (fact: Fact, lines: readonly string[] = linesOf(fact)): readonly Value[] => [
  simple("PONG"),
  fact.role === "master"
    ? array(bulk("master"), int(fact.offset), array(array(bulk("fd00::2"), bulk("6379"), bulk("17"))))
    : array(bulk("slave"), bulk("fd00::1"), int(6379n), bulk(fact.link === "up" ? "connected" : "connect"), int(fact.offset)),
  bulk(lines.join("\r\n")),
  array(bulk("min-replicas-to-write"), bulk("1"), bulk("replica-priority"), bulk("100")),
  array(bulk("default"), bulk("repl-web-1"), bulk("gungnir-operator")),
  array(),
  map(["running_script", { _tag: "Null" }], ["engines", map(["LUA", map(["libraries_count", int(0n)], ["functions_count", int(0n)])])]),
];
