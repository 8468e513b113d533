// The texts are what a valkey-server 8.0.1 answered, shortened.

import { expect, test } from "vitest";
import {
  bytesOf,
  decode,
  errorReply,
  infoReplication,
  initial,
  infoScan,
  numberedFields,
  readAclList,
  readAclUser,
  readClientId,
  readClients,
  readFailover,
  readHello,
  readInfoReplication,
  readKilled,
  readOk,
  readRole,
  readWait,
  readWaitAof,
  type Value,
} from "../index.ts";

const reply = (wire: string): Value => {
  const [value] = decode(initial(), bytesOf(wire)).values;
  return value === undefined || value._tag === "Push" ? { _tag: "Null" } : value;
};

const lineOf = (port: number): string => `ip=127.0.0.1,port=${port},state=online,offset=42,lag=0,type=replica`;

test("ROLE of a primary lists its replicas with the offsets they acknowledged", () => {
  const role = readRole(reply("*3\r\n$6\r\nmaster\r\n:3129659\r\n*1\r\n*3\r\n$9\r\n127.0.0.1\r\n$4\r\n9001\r\n$7\r\n3129242\r\n"));
  expect(role).toEqual({
    _tag: "Ok",
    value: { _tag: "Primary", offset: 3129659n, replicas: [{ ip: "127.0.0.1", port: 9001, offset: 3129242n }] },
  });
});

test("ROLE of a replica that was never connected has no offset: -1 is not a number of bytes", () => {
  const role = readRole(reply("*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$7\r\nconnect\r\n:-1\r\n"));
  expect(role).toEqual({ _tag: "Ok", value: { _tag: "Replica", ip: "127.0.0.1", port: 1, link: "connect", offset: undefined } });
});

test("a server that refuses is not a server with another role", () => {
  const role = readRole(reply("-LOADING Valkey is loading the dataset in memory\r\n"));
  expect(role).toMatchObject({ _tag: "Err", problem: { _tag: "Refused", reply: { kind: "LOADING" } } });
});

test("a sentinel is refused, with what was found", () => {
  const role = readRole(reply("*2\r\n$8\r\nsentinel\r\n*1\r\n$3\r\nweb\r\n"));
  expect(role).toEqual({
    _tag: "Err",
    problem: { _tag: "Unexpected", expected: "the reply of ROLE on a primary or a replica", found: "Array of 2" },
  });
});

test("INFO of a quarantined process says what it says, and nothing about what it does not mention", () => {
  const info = infoReplication(
    bytesOf(
      "# Replication\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:1\r\nmaster_link_status:down\r\nmaster_sync_in_progress:0\r\nslave_read_repl_offset:1\r\n" +
        "slave_repl_offset:1\r\nslave_priority:100\r\nconnected_slaves:0\r\nmaster_replid:6866c8c75062ebf476cc154822dba0928bda04fd\r\n" +
        "master_replid2:0000000000000000000000000000000000000000\r\nmaster_repl_offset:0\r\nsecond_repl_offset:-1\r\n",
    ),
  );
  expect(info).toEqual({
    runId: undefined,
    uptimeSeconds: undefined,
    loading: undefined,
    asyncLoading: undefined,
    role: "replica",
    replid: "6866c8c75062ebf476cc154822dba0928bda04fd",
    replid2: "0".repeat(40),
    secondReplOffset: -1n,
    replOffset: 0n,
    connectedReplicas: 0,
    replicas: [],
    goodReplicas: undefined,
    failover: undefined,
    primaryHost: "127.0.0.1",
    primaryPort: 1,
    link: "down",
    syncInProgress: false,
    replicaOffset: 1n,
    replicaReadOffset: 1n,
    priority: 100,
  });
});

test("INFO of a primary names its replicas, ten after nine", () => {
  const info = bytesOf(`slave10:${lineOf(17010)}\r\nslave0:${lineOf(17000)}\r\nslave9:${lineOf(17009)}\r\nslave_priority:100\r\n`);
  expect(infoReplication(info).replicas.map(({ port }) => port)).toEqual([17000, 17009, 17010]);
  expect(numberedFields(info, "slave").map(([number]) => number)).toEqual([0, 9, 10]);
});

test("INFO is a text; whatever else comes is said to be that", () => {
  expect(readInfoReplication(reply("_\r\n"))).toMatchObject({ _tag: "Err", problem: { found: "Null" } });
  expect(readInfoReplication(reply("=15\r\ntxt:role:master\r\n"))).toMatchObject({ _tag: "Ok", value: { role: "primary" } });
});

test("INFO is read inside a chunk, and no further than its own end", () => {
  const chunk = bytesOf("$24\r\nrole:master\r\nloading:0\r\n\r\n$9\r\nloading:1\r\n");
  const field = infoScan(["role", "loading"])(chunk, 5, 29);
  expect([field("role"), field("loading")]).toEqual(["master", "0"]);
  expect(infoReplication(chunk, 5, 18)).toMatchObject({ role: "primary", loading: undefined });
});

test("INFO says how far a FAILOVER is", () => {
  const states = ["no-failover", "waiting-for-sync", "failover-in-progress", "unknown"];
  const read = states.map((state) => infoReplication(bytesOf(`master_failover_state:${state}\r\n`)).failover);
  expect(read).toEqual(["None", "Waiting", "InProgress", undefined]);
});

test("HELLO is read from a map and from the flat list of RESP2", () => {
  const fields =
    "$6\r\nserver\r\n$6\r\nvalkey\r\n$7\r\nversion\r\n$5\r\n8.0.1\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:6\r\n$4\r\nrole\r\n$6\r\nmaster\r\n";
  const hello = { protocol: 3, server: "valkey", version: "8.0.1", id: 6n, mode: undefined, role: "primary" };
  expect(readHello(reply(`%5\r\n${fields}`))).toEqual({ _tag: "Ok", value: hello });
  expect(readHello(reply(`*10\r\n${fields}`))).toEqual({ _tag: "Ok", value: hello });
  expect(readHello(reply("-NOPROTO unsupported protocol version\r\n"))).toMatchObject({ problem: { reply: { kind: "NOPROTO" } } });
});

test("WAIT answers how many, and nothing else is a count", () => {
  expect(readWait(reply(":0\r\n"))).toEqual({ _tag: "Ok", value: 0 });
  expect(readWait(reply(":-1\r\n"))._tag).toBe("Err");
  expect(readWait(reply("$1\r\n1\r\n"))._tag).toBe("Err");
});

test("WAITAOF answers for the server itself and for its replicas", () => {
  expect(readWaitAof(reply("*2\r\n:1\r\n:2\r\n"))).toEqual({ _tag: "Ok", value: { local: true, replicas: 2 } });
  expect(readWaitAof(reply("*2\r\n:2\r\n:0\r\n"))).toMatchObject({ problem: { found: "Integer 2" } });
  expect(readWaitAof(reply("*1\r\n:1\r\n"))).toMatchObject({ problem: { found: "Array of 1" } });
});

test("CLIENT LIST is a line for each connection, in a bulk string or a verbatim one", () => {
  const text = "id=3 addr=127.0.0.1:42774 laddr=[::1]:6379 name=a=b age=14 idle=0 flags=N resp=3 user=default cmd=client|list\n";
  const client = {
    id: 3n,
    address: "127.0.0.1:42774",
    localAddress: "[::1]:6379",
    name: "a=b",
    user: "default",
    ageSeconds: 14,
    idleSeconds: 0,
    flags: "N",
    protocol: 3,
    command: "client|list",
  };
  expect(readClients(reply(`$${text.length}\r\n${text}\r\n`))).toEqual({ _tag: "Ok", value: [client] });
  expect(readClients(reply(`=${text.length + 4}\r\ntxt:${text}\r\n`))).toEqual({ _tag: "Ok", value: [client] });
  expect(readClients(reply("$0\r\n\r\n"))).toEqual({ _tag: "Ok", value: [] });
  // The least that is an identity, and a carriage return that ends no line.
  expect(readClientId(reply(":0\r\n"))).toEqual({ _tag: "Ok", value: 0n });
  expect(readClients(reply("$15\r\nid=0 name=a\rb\r\n\r\n"))).toMatchObject({ _tag: "Ok", value: [{ id: 0n, name: "a\rb" }] });
});

test("CLIENT KILL answers with a number, in its old form with OK", () => {
  expect(readKilled(reply(":2\r\n"))).toEqual({ _tag: "Ok", value: 2 });
  expect(readKilled(reply("+OK\r\n"))).toEqual({ _tag: "Ok", value: 1 });
  expect(readKilled(reply("-ERR No such client\r\n"))).toMatchObject({ problem: { _tag: "Refused" } });
});

test("ACL GETUSER and ACL LIST say the same of a user", () => {
  const parts = "$5\r\nflags\r\n*1\r\n$2\r\non\r\n$9\r\npasswords\r\n*0\r\n$8\r\ncommands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n";
  const rest = "$8\r\nchannels\r\n$2\r\n&*\r\n$9\r\nselectors\r\n*0\r\n";
  const user = { isOn: true, flags: ["on"], passwords: [], selectors: [], commands: "+@all", keys: "~*", channels: "&*" };
  expect(readAclUser(reply(`%6\r\n${parts}${rest}`))).toEqual({ _tag: "Ok", value: user });
  expect(readAclUser(reply(`*12\r\n${parts}${rest}`))).toEqual({ _tag: "Ok", value: user });
  const line = { name: "a", isOn: true, rules: ["~*", "(%R~b* +get)", "+@all"] };
  expect(readAclList(reply("*1\r\n$33\r\nuser a on ~* (%R~b* +get) +@all  \r\n"))).toEqual({ _tag: "Ok", value: [line] });
});

test("FAILOVER has begun, or it is said why not", () => {
  expect(readFailover(reply("+OK\r\n"))).toEqual({ _tag: "Ok", value: "Begun" });
  expect(readFailover(reply("-ERR FAILOVER requires connected replicas.\r\n"))).toMatchObject({ problem: { refused: "NoReplicas" } });
  expect(readFailover(reply("+QUEUED\r\n"))).toEqual({
    _tag: "Err",
    problem: { _tag: "Unexpected", expected: "OK", found: 'Simple "QUEUED"' },
  });
});

test("OK may have a remark", () => {
  expect(readOk(reply("+OK Already connected to specified master\r\n"))).toEqual({
    _tag: "Ok",
    value: "Already connected to specified master",
  });
});

test.each([
  ["-ERR max number of clients reached\r\n", "MAXCLIENTS"],
  ["-ERR max number of clients + cluster connections reached\r\n", "MAXCLIENTS"],
  ["-ERR unknown command 'max number of clients reached'\r\n", "ERR"],
  ["-BUSY Valkey is busy running a script\r\n", "BUSY"],
  ["-BUSYGROUP Consumer Group name already exists\r\n", "OTHER"],
  ["-NOAUTH Authentication required.\r\n", "NOAUTH"],
  ["-NOREPLICAS Not enough good replicas to write.\r\n", "NOREPLICAS"],
  ["-MISCONF\r\n", "MISCONF"],
  ["!21\r\nWRONGPASS invalid user\r\n", undefined],
  ["!22\r\nWRONGPASS invalid user\r\n", "WRONGPASS"],
  ["+LOADING\r\n", undefined],
])("%s is an error of kind %s", (wire, kind) => {
  expect(errorReply(reply(wire))?.kind).toBe(kind);
});
