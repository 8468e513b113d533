// INFO-1 to INFO-3: reading back what a server writes, in whatever order and company, and knowing nothing where it wrote nothing.

import { bytesOf, infoReplication, type InfoReplication } from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";

// Seen to fail: the last line without an end left out; a field found by the beginning of its name; the carriage return kept.
law.prop([anyInfo(), shuffled(), fc.array(stranger(), { maxLength: 5 }), fc.constantFrom("\r\n", "\n"), fc.boolean()])(
  "INFO-1 parse(render(x)) is x, whatever the order, the line ends and the lines in between",
  (info, order, strangers, lineEnd, hasLastEnd) => {
    const lines = reordered([...rendered(info).map(([name, value]) => `${name}:${value}`), ...strangers], order);
    expect(infoReplication(bytesOf(lines.join(lineEnd) + (hasLastEnd ? lineEnd : "")))).toEqual(info);
  },
);

// Seen to fail: `Number(value ?? 0)` for a missing offset; `loading` as `value === "1"`; parseInt, which reads `12x`; the second of two kept.
law.prop([anyInfo(), fc.nat(), fc.constantFrom("missing", "malformed", "contradicted")])(
  "INFO-2 a field that is missing, malformed or contradicted is unknown, and the others are as they were",
  (info, place, fault) => {
    const fields = rendered(info).filter(([name]) => !/^slave\d/.test(name));
    const spoilt = fields[place % fields.length];
    fc.pre(spoilt !== undefined);
    const [name, value] = spoilt ?? ["", ""];
    const others = rendered(info).filter((field) => field[0] !== name);
    const replacement: readonly Field[] = {
      missing: [],
      malformed: [garbled(name, value)],
      contradicted: [spoilt ?? ["", ""], other(name, value)],
    }[fault];
    const text = [...others, ...replacement].map((field) => field.join(":")).join("\r\n");
    expect(infoReplication(bytesOf(text))).toEqual({ ...info, [keyOf(name)]: undefined });
  },
);

law.prop([fc.uint8Array({ maxLength: 400 })])("INFO-2 of noise nothing is known", (noise) => {
  const { replicas, ...rest } = infoReplication(new Uint8Array(noise));
  expect(replicas).toEqual([]);
  expect(Object.values(rest).every((value) => value === undefined)).toBe(true);
});

// Seen to fail: the value cut at its second colon.
law.prop([fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 65_535 })])("INFO-3 an address with colons survives", (host, ip, port) => {
  const info = infoReplication(bytesOf(`master_host:${host}\r\nslave0:ip=${ip},port=${port},state=online,offset=7,lag=0\r\n`));
  expect(info.primaryHost).toBe(host);
  expect(info.replicas).toEqual([{ ip, port, state: "online", offset: 7n, lagSeconds: 0 }]);
});

type Field = readonly [name: string, value: string];

/** Every field of the reader, by its name on the wire, with how it is written. */
const wireNames = {
  runId: "run_id",
  uptimeSeconds: "uptime_in_seconds",
  loading: "loading",
  asyncLoading: "async_loading",
  role: "role",
  replid: "master_replid",
  replid2: "master_replid2",
  secondReplOffset: "second_repl_offset",
  replOffset: "master_repl_offset",
  connectedReplicas: "connected_slaves",
  goodReplicas: "min_slaves_good_slaves",
  failover: "master_failover_state",
  primaryHost: "master_host",
  primaryPort: "master_port",
  link: "master_link_status",
  syncInProgress: "master_sync_in_progress",
  replicaOffset: "slave_repl_offset",
  replicaReadOffset: "slave_read_repl_offset",
  priority: "slave_priority",
} as const satisfies Record<Exclude<keyof InfoReplication, "replicas">, string>;

const keyOf = (name: string): string => Object.entries(wireNames).find(([, wire]) => wire === name)?.[0] ?? "";

const rendered = (info: InfoReplication): readonly Field[] => {
  const { replicas, ...rest } = info;
  const fields = Object.entries(rest).map(([key, value]): Field => [
    Object.entries(wireNames).find(([name]) => name === key)?.[1] ?? "",
    written(value),
  ]);
  const lines = replicas.map(({ ip, port, state, offset, lagSeconds }, index): Field => [
    `slave${index}`,
    `ip=${ip},port=${port},state=${state},offset=${offset ?? "?"},lag=${lagSeconds ?? "-"},type=replica`,
  ]);
  return [...fields, ...lines];
};

const words: ReadonlyMap<unknown, string> = new Map([
  ["primary", "master"],
  ["replica", "slave"],
  ["None", "no-failover"],
  ["Waiting", "waiting-for-sync"],
  ["InProgress", "failover-in-progress"],
]);

const written = (value: string | number | bigint | boolean | undefined): string => {
  const word = words.get(value);
  if (word !== undefined) return word;
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
};

/** What a careless reader would still read. Any text is a host, so a host can only be empty or not be text. */
const garbled = (name: string, value: string): Field => [name, name === "master_host" ? "" : `${value}x`];
const other = (name: string, value: string): Field => [name, name === "master_host" ? `${value}x` : (alternatives.get(name) ?? "1234567")];
const alternatives: ReadonlyMap<string, string> = new Map([
  ["role", "sentinel"],
  ["master_failover_state", "unknown"],
  ["loading", "2"],
  ["async_loading", "2"],
  ["master_sync_in_progress", "2"],
]);

function anyInfo(): fc.Arbitrary<InfoReplication> {
  const identifier = fc.stringMatching(/^[0-9a-f]{40}$/);
  const offset = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 3n }));
  const port = fc.integer({ min: 0, max: 65_535 });
  const whole = fc.integer({ min: 0, max: 1_000_000 });
  return fc.record({
    runId: identifier,
    uptimeSeconds: whole,
    loading: fc.boolean(),
    asyncLoading: fc.boolean(),
    role: fc.constantFrom("primary", "replica"),
    replid: identifier,
    replid2: identifier,
    secondReplOffset: fc.oneof(offset, fc.constant(-1n)),
    replOffset: offset,
    connectedReplicas: whole,
    replicas: fc.array(
      fc.record({
        ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
        port,
        state: fc.constantFrom("wait_bgsave", "send_bulk", "online"),
        offset: fc.oneof(offset, fc.constant(undefined)),
        lagSeconds: fc.oneof(whole, fc.constant(undefined)),
      }),
      { maxLength: 12 },
    ),
    goodReplicas: whole,
    failover: fc.constantFrom("None", "Waiting", "InProgress"),
    primaryHost: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    primaryPort: port,
    link: fc.constantFrom("up", "down"),
    syncInProgress: fc.boolean(),
    replicaOffset: offset,
    replicaReadOffset: offset,
    priority: whole,
  });
}

/** Lines that are nobody's business, some of them nearly somebody's. */
function stranger(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      "",
      "# Replication",
      "#role:slave",
      "role",
      "xrole:slave",
      "roles:slave",
      "slave:ip=1",
      "slave01:ip=a,port=1,state=online",
      " loading:1",
    ),
    fc.stringMatching(/^y_[a-z]{1,8}:[ -~]{0,20}$/),
  );
}

function shuffled(): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat(), { minLength: 40, maxLength: 40 });
}

const reordered = (lines: readonly string[], order: readonly number[]): readonly string[] =>
  lines
    .map((line, index) => ({ line, rank: order[index % order.length] ?? 0 }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ line }) => line);
