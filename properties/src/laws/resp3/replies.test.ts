// The readers of HELLO, CLIENT, ACL, WAIT, WAITAOF, FAILOVER and OK: what a server writes is read back whole, in the shapes of both protocols; with
// one part replaced it is something else or nothing; and what was wrong is said.

import {
  type AclRules,
  type AclUser,
  bytesOf,
  type Client,
  type Entry,
  readAclList,
  readAclUser,
  readAclUsers,
  readAclWhoami,
  readClientId,
  readClients,
  readFailover,
  readHello,
  readKilled,
  readOk,
  readWaitAof,
  type Value,
} from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyValue } from "./arbitrary.ts";

const bulk = (text: string): Value => ({ _tag: "Bulk", bytes: bytesOf(text) });
const simple = (text: string): Value => ({ _tag: "Simple", bytes: bytesOf(text) });
const error = (text: string): Value => ({ _tag: "Error", bytes: bytesOf(text) });
const integer = (value: bigint | number): Value => ({ _tag: "Integer", value: BigInt(value) });
const array = (items: readonly Value[]): Value => ({ _tag: "Array", items });
const texts = (items: readonly string[]): Value => array(items.map(bulk));

/** A map as each protocol has it. */
const mapIn = (protocol: number, fields: Readonly<Record<string, Value>>): Value => {
  const entries = Object.entries(fields).map(([name, value]): Entry => [bulk(name), value]);
  return protocol === 3 ? { _tag: "Map", entries } : array(entries.flat());
};

// Seen to fail: the role of a server that does not say it read as replica; a map with an even protocol read as 2.
law.prop([
  fc.record({
    protocol: fc.constantFrom(2 as const, 3 as const),
    server: fc.constantFrom("valkey", "redis", undefined),
    version: fc.constantFrom("8.0.1", undefined),
    id: fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { nil: undefined }),
    mode: fc.constantFrom("standalone", "cluster", undefined),
    role: fc.constantFrom("primary", "replica", undefined),
  }),
  fc.constantFrom(2, 3),
  fc.constantFrom("slave", "replica"),
  fc.constantFrom(0n, 1n, 4n, -3n),
])("HELLO is read back in either protocol, and what it does not say is unknown", (hello, protocol, replica, spoilt) => {
  const role = hello.role === "primary" ? "master" : hello.role && replica;
  const said = {
    ...(hello.server === undefined ? {} : { server: bulk(hello.server) }),
    ...(hello.version === undefined ? {} : { version: bulk(hello.version) }),
    proto: integer(hello.protocol),
    ...(hello.id === undefined ? {} : { id: integer(hello.id) }),
    ...(hello.mode === undefined ? {} : { mode: bulk(hello.mode) }),
    ...(role === undefined ? {} : { role: bulk(role) }),
    modules: array([]),
  };
  expect(readHello(mapIn(protocol, said))).toEqual({ _tag: "Ok", value: hello });
  expect(readHello(mapIn(protocol, { ...said, proto: integer(spoilt) }))).toMatchObject({
    _tag: "Err",
    problem: { _tag: "Unexpected", expected: "the reply of HELLO with proto 2 or 3", found: `Integer ${spoilt}` },
  });
  const { proto: _, ...others } = said;
  expect(readHello(mapIn(protocol, others))).toMatchObject({ _tag: "Err", problem: { _tag: "Unexpected" } });
});

const word = fc.stringMatching(/^[a-z0-9_:.|=-]{1,12}$/);
const protocols = fc.constantFrom(2, 3);
const seconds = fc.option(fc.nat(), { nil: undefined });

const anyClient: fc.Arbitrary<Client> = fc.record({
  id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  address: fc.option(fc.constantFrom("127.0.0.1:6379", "[::1]:6379", "/run/valkey.sock:0"), { nil: undefined }),
  localAddress: fc.option(word, { nil: undefined }),
  name: fc.option(word, { nil: undefined }),
  user: fc.option(word, { nil: undefined }),
  ageSeconds: seconds,
  idleSeconds: seconds,
  flags: fc.option(fc.constantFrom("N", "S", "M", "xP"), { nil: undefined }),
  protocol: fc.constantFrom(2 as const, 3 as const, undefined),
  command: fc.option(word, { nil: undefined }),
});

const lineOf = (client: Client, strangers: readonly string[]): string => {
  const known = [
    ["addr", client.address],
    ["laddr", client.localAddress],
    ["name", client.name],
    ["user", client.user],
    ["age", client.ageSeconds],
    ["idle", client.idleSeconds],
    ["flags", client.flags],
    ["resp", client.protocol],
    ["cmd", client.command],
  ].map(([name, value]) => `${String(name)}=${value === undefined ? "" : String(value)}`);
  return [`id=${client.id}`, ...strangers, ...known].join(" ");
};

// Seen to fail: a pair cut at its last equals sign; an empty name kept as a name; the last line without its end left out.
law.prop([fc.array(anyClient, { maxLength: 4 }), fc.array(fc.constantFrom("fd=8", "watch=0", "new", "x=y=z")), fc.boolean(), protocols])(
  "CLIENT LIST is read back, whatever else is in a line",
  (clients, strangers, hasLastEnd, protocol) => {
    const text = clients.map((client) => lineOf(client, strangers)).join("\n") + (hasLastEnd ? "\n" : "");
    const value: Value = protocol === 3 ? { _tag: "Verbatim", format: "txt", bytes: bytesOf(text) } : bulk(text);
    expect(readClients(value)).toEqual({ _tag: "Ok", value: clients });
  },
);

// Seen to fail: a line without an id left out; an age below 0 read.
law.prop([anyClient, fc.constantFrom("", "x", "-1", "1.5", "9223372036854775808", "01")])(
  "CLIENT LIST with a malformed number: no client without an id, and no invented age",
  (client, spoilt) => {
    const line = lineOf(client, []);
    expect(readClients(bulk(line.replace(/^id=\S*/, `id=${spoilt}`)))).toMatchObject({ _tag: "Err", problem: { _tag: "Unexpected" } });
    expect(readClients(bulk(line.replace(/ age=\S*/, ` age=${spoilt}`)))).toEqual({
      _tag: "Ok",
      value: [{ ...client, ageSeconds: undefined }],
    });
  },
);

const rules: fc.Arbitrary<AclRules> = fc.record({
  commands: fc.constantFrom("+@all", "-@all +get +config|get", "-@all"),
  keys: fc.constantFrom("", "~*", "~a* %R~b*"),
  channels: fc.constantFrom("", "&*", "&a &b"),
});
const anyUser: fc.Arbitrary<AclUser> = fc
  .tuple(
    fc.record({ isOn: fc.boolean(), passwords: fc.array(fc.stringMatching(/^[0-9a-f]{64}$/), { maxLength: 2 }) }),
    rules,
    fc.array(rules),
  )
  .map(([{ isOn, passwords }, own, selectors]) => ({
    isOn,
    flags: [isOn ? "on" : "off", "sanitize-payload"],
    passwords,
    selectors,
    ...own,
  }));

const rulesIn = ({ commands, keys, channels }: AclRules): Readonly<Record<string, Value>> => ({
  commands: bulk(commands),
  keys: bulk(keys),
  channels: bulk(channels),
});

const userIn = (protocol: number, { flags, passwords, selectors, ...own }: AclUser): Readonly<Record<string, Value>> => ({
  flags: protocol === 3 ? { _tag: "Set", items: flags.map(bulk) } : texts(flags),
  passwords: texts(passwords),
  ...rulesIn(own),
  selectors: array(selectors.map((selector) => mapIn(protocol, rulesIn(selector)))),
});

// Seen to fail: the selectors of RESP2 read as maps only; everybody read as on.
law.prop([anyUser, protocols])("ACL GETUSER is read back in either protocol", (user, protocol) => {
  expect(readAclUser(mapIn(protocol, userIn(protocol, user)))).toEqual({ _tag: "Ok", value: user });
});

// Seen to fail: missing selectors read as none; an error inside of the map taken for a refusal.
law.prop([anyUser, protocols, fc.constantFrom("flags", "passwords", "commands", "keys", "channels", "selectors"), fc.option(anyValue)])(
  "ACL GETUSER without one of its parts, or with another in its place, invents nothing",
  (user, protocol, name, other) => {
    const { [name]: before, ...others } = userIn(protocol, user);
    const read = readAclUser(mapIn(protocol, other === null ? others : { ...others, [name]: other }));
    if (read._tag === "Err") expect(read.problem._tag).toBe("Unexpected");
    else {
      const again = userIn(protocol, read.value ?? user);
      expect({ ...again, [name]: before }).toEqual(userIn(protocol, user));
      expect(other).not.toBeNull();
    }
  },
);

test("ACL GETUSER of nobody is nobody, and flags that say neither or both of on and off are not read", () => {
  expect(readAclUser({ _tag: "Null" })).toEqual({ _tag: "Ok", value: undefined });
  const user: AclUser = { isOn: true, flags: ["on"], passwords: [], selectors: [], commands: "", keys: "", channels: "" };
  for (const flags of [[], ["on", "off"], ["nopass"]])
    expect(readAclUser(mapIn(2, userIn(2, { ...user, flags })))).toMatchObject({
      _tag: "Err",
      problem: { _tag: "Unexpected", expected: "flags with either on or off" },
    });
});

// Seen to fail: a selector cut at its spaces.
law.prop([fc.array(fc.tuple(word, fc.boolean(), fc.array(fc.constantFrom("~*", "+@all", "#00ff", "(~x +get)", "%R~y")))), protocols])(
  "ACL LIST is read back, selectors whole",
  (users, protocol) => {
    const lines = users.map(([name, isOn, parts]) => ["user", name, isOn ? "on" : "off", ...parts].join(" "));
    const value: Value = protocol === 3 ? { _tag: "Set", items: lines.map(bulk) } : texts(lines);
    expect(readAclList(value)).toEqual({ _tag: "Ok", value: users.map(([name, isOn, parts]) => ({ name, isOn, rules: parts })) });
  },
);

// Seen to fail: `offset` taken for off.
test.each(["", "user", "user a", "user a offset", "user a on\nb", "user  on", "group a on", "xuser a on"])(
  "%j is no line of ACL LIST",
  (line) => {
    expect(readAclList(texts(["user default on", line]))).toEqual({
      _tag: "Err",
      problem: { _tag: "Unexpected", expected: "a line `user NAME on|off RULES`", found: line },
    });
  },
);

test("names are texts, and a list with anything else in it is none", () => {
  expect(readAclUsers(texts(["default", "a"]))).toEqual({ _tag: "Ok", value: ["default", "a"] });
  expect(readAclWhoami(bulk("default"))).toEqual({ _tag: "Ok", value: "default" });
  const notText: Value = { _tag: "Bulk", bytes: Uint8Array.of(0xff) };
  for (const read of [
    readAclUsers(array([bulk("a"), notText])),
    readAclUsers(array([integer(1)])),
    readAclUsers(bulk("a")),
    readAclWhoami(notText),
  ])
    expect(read).toMatchObject({ _tag: "Err", problem: { _tag: "Unexpected" } });
});

// Seen to fail: a number of clients below 0 read as a count.
law.prop([fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })])("CLIENT ID and CLIENT KILL are numbers from 0 on", (value) => {
  expect(readClientId(integer(value))._tag).toBe(value < 0n ? "Err" : "Ok");
  const isCount = value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
  expect(readKilled(integer(value))).toMatchObject(isCount ? { _tag: "Ok", value: Number(value) } : { _tag: "Err" });
});

// Seen to fail: the two numbers of WAITAOF exchanged; 2 read as true.
law.prop([fc.integer({ min: -2, max: 3 }), fc.integer({ min: -2, max: 9 })])(
  "WAITAOF is two counts, the first of one server",
  (own, others) => {
    const isRead = (own === 0 || own === 1) && others >= 0;
    const value = { local: own === 1, replicas: others };
    expect(readWaitAof(array([integer(own), integer(others)]))).toMatchObject(
      isRead ? { _tag: "Ok", value } : { problem: { _tag: "Unexpected" } },
    );
  },
);

// Seen to fail: `OKAY` taken for OK.
law.prop([fc.oneof(fc.constantFrom("OK", "OK ", "OKAY", "ok", "QUEUED", ""), fc.stringMatching(/^OK [ -~]{0,20}$/))])(
  "OK is OK, with a remark or without, and nothing else is",
  (said) => {
    const isOk = said === "OK" || said.startsWith("OK ");
    expect(readOk(simple(said))).toMatchObject(
      isOk ? { _tag: "Ok", value: said.slice(3) } : { _tag: "Err", problem: { _tag: "Unexpected" } },
    );
    expect(readOk(bulk(said))._tag).toBe("Err");
    expect(readFailover(simple(said))._tag).toBe(isOk ? "Ok" : "Err");
  },
);

test.each([
  ["ERR FAILOVER already in progress.", "InProgress"],
  ["ERR No failover in progress.", "NotInProgress"],
  ["ERR FAILOVER requires connected replicas.", "NoReplicas"],
  ["ERR FAILOVER is not valid when server is a replica.", "IsReplica"],
  ["ERR FAILOVER target HOST and PORT is not a replica.", "TargetUnknown"],
  ["ERR FAILOVER target replica is not online.", "TargetNotOnline"],
  ["ERR FAILOVER not allowed in cluster mode.", "ClusterMode"],
  ["ERR No failover today", "Other"],
  ["NOPERM User has no permissions to run the 'failover' command", "Other"],
])("FAILOVER refused with `%s` is %s", (message, refused) => {
  expect(readFailover(error(message))).toMatchObject({ _tag: "Err", problem: { _tag: "Refused", refused, reply: { message } } });
});

// Seen to fail: an error of the server read as a name.
law.prop([anyValue, fc.stringMatching(/^[A-Z]{1,10} [ -~]{0,20}$/)])(
  "a refusal is a refusal to every reader, and only a refusal is",
  (value, message) => {
    for (const read of [
      readAclList,
      readAclUser,
      readAclUsers,
      readAclWhoami,
      readClientId,
      readClients,
      readFailover,
      readKilled,
      readOk,
      readWaitAof,
    ]) {
      expect(read(error(message))).toMatchObject({ _tag: "Err", problem: { _tag: "Refused", reply: { message } } });
      const other = read(array([value, value, value]));
      if (other._tag === "Err") expect(other.problem._tag).toBe("Unexpected");
    }
  },
);
