// What a real server answered, read back: every reply is whole, cut anywhere or not; every question that has a reader is read by it in both
// protocols alike; and each situation is recognised for what it was.

import {
  decode,
  encode,
  errorReply,
  initial,
  isBetweenMessages,
  type Message,
  readAclList,
  readAclUser,
  readAclUsers,
  readAclWhoami,
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
} from "@gungnir/core/resp3";
import { describe, expect, test } from "vitest";
import { type Golden, goldens } from "./goldens.ts";

type Read = { readonly _tag: "Ok"; readonly value: unknown } | { readonly _tag: "Err"; readonly problem: unknown };

/** By the words a command begins with; the longest that fits counts. */
const readers: Readonly<Record<string, (value: Value) => Read>> = {
  HELLO: readHello,
  ROLE: readRole,
  INFO: readInfoReplication,
  WAIT: readWait,
  WAITAOF: readWaitAof,
  FAILOVER: readFailover,
  REPLICAOF: readOk,
  MULTI: readOk,
  AUTH: readOk,
  "CLIENT ID": readClientId,
  "CLIENT INFO": readClients,
  "CLIENT LIST": readClients,
  "CLIENT KILL": readKilled,
  "CLIENT PAUSE": readOk,
  "ACL WHOAMI": readAclWhoami,
  "ACL LIST": readAclList,
  "ACL USERS": readAclUsers,
  "ACL GETUSER": readAclUser,
};

const all = goldens();
const replies = all.filter(({ command }) => command[2] !== "push");
const inThree = replies.filter(({ protocol }) => protocol === 3);

const messagesOf = (chunks: readonly Uint8Array[]) => {
  const messages: Message[] = [];
  let state = initial();
  for (const chunk of chunks) {
    const decoded = decode(state, chunk);
    messages.push(...decoded.values);
    ({ state } = decoded);
  }
  return { messages, isWhole: isBetweenMessages(state) };
};

/** The reply of a golden; a push where it is one is shown as the array it carries. */
const valueOf = (golden: Golden): Value => {
  const [message] = messagesOf([golden.reply]).messages;
  if (message === undefined) throw new Error(`${golden.situation}: ${golden.command.join(" ")} has no whole reply`);
  return message._tag === "Push" ? { _tag: "Array", items: message.items } : message;
};

const readerOf = ({ command }: Golden): ((value: Value) => Read) | undefined =>
  readers[command.slice(0, 2).join(" ")] ?? readers[command[0] ?? ""];

/** What a situation's question was answered with, in either protocol. */
const readAs = (situation: string, question: string, at = 0): readonly unknown[] =>
  [2, 3].map((protocol) => {
    const asked = all.filter(
      (one) => one.situation === situation && one.protocol === protocol && one.command.join(" ").startsWith(question),
    );
    const golden = asked[at];
    const read = golden === undefined ? undefined : readerOf(golden)?.(valueOf(golden));
    if (read === undefined) throw new Error(`no golden of ${question} in ${situation}, or no reader`);
    return read._tag === "Ok" ? read.value : read.problem;
  });

test("there are goldens of all that is read, in both protocols", () => {
  const asked = new Set(all.map(({ command }) => command.slice(0, 2).join(" ")));
  const words = new Set(all.map(({ command }) => command[0]));
  expect(Object.keys(readers).filter((question) => !asked.has(question) && !words.has(question))).toEqual([]);
  expect(all.filter(({ protocol }) => protocol === 2).length).toBe(all.filter(({ protocol }) => protocol === 3).length);
});

test.each([...new Set(all.map(({ situation }) => situation))])("%s: every reply is whole, and the same however it is cut", (situation) => {
  for (const { command, protocol, reply } of all.filter((golden) => golden.situation === situation)) {
    const { messages, isWhole } = messagesOf([reply]);
    expect({ command, count: messages.length, isWhole }).toEqual({
      command,
      count: command[2] === "push" && protocol === 3 ? 2 : 1,
      isWhole: true,
    });
    expect(messagesOf(Array.from(reply, (byte) => Uint8Array.of(byte))).messages).toEqual(messages);
  }
});

test("a server writes the canonical form: what it says in RESP3 is encoded to the same bytes", () => {
  const wires = inThree.map(({ reply }) => messagesOf([reply]).messages.map(encode));
  expect(wires).toEqual(inThree.map(({ reply }) => [{ _tag: "Ok", value: reply }]));
});

test("every question with a reader is read, or refused by name", () => {
  const read = replies.flatMap((golden) => {
    const value = valueOf(golden);
    const result = readerOf(golden)?.(value);
    return result === undefined ? [] : [{ ...golden, value, result }];
  });
  const wrong = read.filter(({ value, result }) => (result._tag === "Err") !== (errorReply(value) !== undefined));
  expect(wrong.map(({ situation, command, result }) => ({ situation, command, result }))).toEqual([]);
  expect(read.length).toBeGreaterThan(100);
});

describe("each situation is recognised", () => {
  const offset = expect.any(BigInt);
  test.each([
    ["primary", "ROLE", { _tag: "Primary", replicas: [] }, 0],
    ["primary", "INFO", { role: "primary", loading: false, failover: "None", connectedReplicas: 0, secondReplOffset: -1n }, 0],
    ["primary", "CLIENT INFO", [{ user: "default", command: "client|info", flags: "N" }], 0],
    ["primary", "CLIENT LIST", [{ name: "admin=1" }, { command: "client|list" }], 0],
    ["primary", "CLIENT KILL TYPE", 0, 0],
    ["primary", "CLIENT KILL 127", { _tag: "Refused", reply: { message: "ERR No such client" } }, 0],
    ["primary", "ACL WHOAMI", "default", 0],
    ["primary", "ACL USERS", ["default", "nobody", "repl-web-1"], 0],
    ["primary", "ACL GETUSER unheard-of", undefined, 0],
    ["primary", "WAIT 0", 0, 0],
    ["primary", "WAITAOF", { local: false, replicas: 0 }, 0],
    ["primary", "FAILOVER", { refused: "NoReplicas" }, 0],
    ["primary", "FAILOVER ABORT", { refused: "NotInProgress" }, 0],
    ["linked", "ROLE", { _tag: "Primary", offset, replicas: [{ ip: "127.0.0.1", offset }] }, 0],
    ["linked", "INFO", { connectedReplicas: 1, replicas: [{ ip: "127.0.0.1", state: "online", offset }] }, 0],
    ["linked", "CLIENT LIST TYPE replica", [{ flags: "S" }], 0],
    ["linked", "WAIT 1", 1, 0],
    ["linked", "WAIT 2", 1, 0],
    ["linked", "ROLE", { _tag: "Replica", ip: "127.0.0.1", link: "connected", offset }, 1],
    ["linked", "INFO", { role: "replica", link: "up", syncInProgress: false, primaryHost: "127.0.0.1", replicaOffset: offset }, 1],
    ["linked", "REPLICAOF", "Already connected to specified master", 0],
    ["linked", "FAILOVER", { refused: "IsReplica" }, 0],
    ["quarantined", "ROLE", { _tag: "Replica", ip: "127.0.0.1", port: 1, link: "connect", offset: undefined }, 0],
    ["quarantined", "INFO", { role: "replica", link: "down", primaryPort: 1, replOffset: 0n }, 0],
    ["syncing", "ROLE", { _tag: "Primary", replicas: [] }, 0],
    ["syncing", "INFO", { connectedReplicas: 1, replicas: [{ state: "wait_bgsave" }] }, 0],
    ["syncing", "ROLE", { _tag: "Replica", link: "sync", offset: undefined }, 1],
    ["syncing", "INFO", { role: "replica", link: "down", syncInProgress: true }, 1],
    ["loading", "INFO", { role: "primary", loading: true, asyncLoading: false }, 0],
    ["handing-over", "INFO", { role: "primary", failover: "Waiting" }, 0],
    ["handing-over", "FAILOVER", { refused: "InProgress" }, 0],
    ["handing-over", "INFO", { role: "replica", failover: "InProgress", link: "down" }, 1],
    ["handing-over", "ROLE", { _tag: "Replica", link: "handshake" }, 1],
    ["paused", "CLIENT PAUSE", "", 0],
    ["errors-of-a-stranger", "HELLO", { reply: { kind: "NOAUTH" } }, 0],
    ["errors-of-a-busy-process", "ROLE", { reply: { kind: "BUSY" } }, 0],
  ])("%s: %s", (situation, question, expected, at) => {
    expect(readAs(situation, question, at)).toMatchObject([expected, expected]);
  });

  test("a user with selectors is the same user in both protocols", () => {
    const [two, three] = readAs("primary", "ACL GETUSER repl-web-1");
    expect(two).toEqual(three);
    expect(two).toMatchObject({
      isOn: true,
      passwords: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      commands: "-@all +psync +replconf +ping",
      keys: "",
      selectors: [
        { commands: "-@all +get", keys: "~a*", channels: "" },
        { commands: "-@all +@read", keys: "%R~b*", channels: "&c" },
      ],
    });
    const [users] = readAs("primary", "ACL LIST");
    expect(users).toMatchObject([
      { name: "default", isOn: true },
      { name: "nobody", isOn: false },
      { name: "repl-web-1", isOn: true, rules: expect.arrayContaining(["(~a* resetchannels -@all +get)"]) },
    ]);
  });
});

test("every refusal is of the kind of its first word", () => {
  const kinds = replies.flatMap((golden) => {
    const error = errorReply(valueOf(golden));
    return error === undefined ? [] : [error];
  });
  expect(kinds.filter(({ kind, prefix }) => kind !== prefix && kind !== "OTHER")).toEqual([]);
  expect([...new Set(kinds.map(({ kind }) => kind))].toSorted()).toEqual([
    "BUSY",
    "ERR",
    "EXECABORT",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOAUTH",
    "NOMASTERLINK",
    "NOPERM",
    "NOPROTO",
    "NOREPLICAS",
    "NOSCRIPT",
    "NOTBUSY",
    "OOM",
    "OTHER",
    "READONLY",
    "UNKILLABLE",
    "WRONGPASS",
    "WRONGTYPE",
  ]);
});
