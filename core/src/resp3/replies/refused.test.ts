// What each reader says of a reply that is not what was asked for: which part, what belongs there, and what was found.

import { expect, test } from "vitest";
import {
  bytesOf,
  decode,
  initial,
  readAclList,
  readAclUser,
  readAclUsers,
  readAclWhoami,
  readClientId,
  readClients,
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
  const [value] = decode(initial(), bytesOf(wire.replaceAll("|", "\r\n"))).values;
  return value === undefined || value._tag === "Push" ? { _tag: "Null" } : value;
};

const role = "the reply of ROLE on a primary or a replica";
const listed = "a replica as its address, its port and its offset";
const link = "the link of a replica, one of none, connect, connecting, handshake, sync, connected, unknown";
const user = (name: string): string =>
  `%6|+flags|~1|+on|+passwords|*0|+commands|+x|+keys|+x|+channels|+x|+selectors|*0|`.replace(`+${name}|`, "+other|");

test.each([
  [readRole, "+OK|", role, 'Simple "OK"'],
  [readRole, "*0|", role, "Array of 0"],
  [readRole, "*4|+slave|+h|:1|+sync|", role, "Array of 4"],
  [readRole, "*5|+master|+h|:1|+sync|:1|", role, "Array of 5"],
  [readRole, "*3|+master|:-1|*0|", "the offset of a primary, from 0 to 2^63-1", "Integer -1"],
  [readRole, "*3|+master|:0|%0|", "the replicas of a primary, an array", "Map of 0"],
  [readRole, "*3|+master|:0|*1|:1|", listed, "Integer 1"],
  [readRole, "*3|+master|:0|*1|*2|+h|:1|", listed, "Array of 2"],
  [readRole, "*3|+master|:0|*1|*4|+h|:1|:1|:1|", listed, "Array of 4"],
  [readRole, "*3|+master|:0|*1|*3|:1|:1|:1|", listed, "Array of 3"],
  [readRole, "*3|+master|:0|*1|*3|+h|+x|:1|", listed, "Array of 3"],
  [readRole, "*3|+master|:0|*1|*3|+h|:65536|:1|", listed, "Array of 3"],
  [readRole, "*3|+master|:0|*1|*3|+h|:1|:-1|", listed, "Array of 3"],
  [readRole, "*5|+slave|_|:1|+sync|:1|", "the address of the primary, a text", "Null"],
  [readRole, "*5|+slave|+h|:65536|+sync|:1|", "the port of the primary, from 0 to 65535", "Integer 65536"],
  [readRole, "*5|+slave|+h|:-1|+sync|:1|", "the port of the primary, from 0 to 65535", "Integer -1"],
  [readRole, "*5|+slave|+h|:1|+synced|:1|", link, 'Simple "synced"'],
  [readRole, "*5|+slave|+h|:1|+sync|:-2|", "the offset of a replica, from -1 to 2^63-1", "Integer -2"],
  [readRole, "*5|+slave|+h|:1|+sync|-ERR x|", "the offset of a replica, from -1 to 2^63-1", 'Error "ERR x"'],
  [readWait, "#t|", "the number of replicas that acknowledged", "Boolean true"],
  [readWaitAof, ":1|", "two numbers: of itself, 0 or 1, and of the replicas that have the writes on disk", "Integer 1"],
  [readWaitAof, "*2|:2|:1|", "0 or 1, for the writes on the disk of the server itself", "Integer 2"],
  [readWaitAof, "*2|:1|,1.5|", "the number of replicas that have the writes on disk", "Double 1.5"],
  [readOk, "$2|OK|", "OK", 'Bulk "OK"'],
  [readHello, ":3|", "the reply of HELLO, a map or an array of keys and values", "Integer 3"],
  [readHello, "*1|+proto|", "the reply of HELLO, a map or an array of keys and values", "Array of 1"],
  [readHello, "%1|+proto|:4|", "the reply of HELLO with proto 2 or 3", "Integer 4"],
  [readHello, "%1|+version|+8|", "the reply of HELLO with proto 2 or 3", "Map of 1"],
  [readInfoReplication, "*0|", "the text of INFO", "Array of 0"],
  [readClients, "(1|", "lines with a connection each", "BigNumber 1"],
  [readClients, "$9|addr=::1 |", "a line with id=N of a connection", "addr=::1 "],
  [readClientId, ":-1|", "the id of a connection", "Integer -1"],
  [readKilled, ":-1|", "the number of connections that were closed", "Integer -1"],
  [readAclList, "*1|:1|", "the reply of ACL LIST, an array of texts", "Array of 1"],
  [readAclUsers, "=5|txt:a|", "the reply of ACL USERS, an array of texts", 'Verbatim "a"'],
  [readAclWhoami, "~0|", "the name of a user", "Set of 0"],
  [readAclUser, "*3|+a|+b|+c|", "the reply of ACL GETUSER, a map or an array of keys and values", "Array of 3"],
  [readAclUser, user("flags"), "flags with either on or off", "nothing"],
  [readAclUser, user("passwords"), "passwords, a list of texts", "nothing"],
  [readAclUser, user("commands"), "commands, a text", "nothing"],
  [readAclUser, user("keys"), "keys, a text", "nothing"],
  [readAclUser, user("channels"), "channels, a text", "nothing"],
  [readAclUser, user("selectors"), "selectors, an array", "nothing"],
  [readAclUser, user("").replace("|*0|", "|*1|!5|ERR x|"), "passwords, a list of texts", "Array of 1"],
  [readAclUser, user("").replace(/\*0\|$/, "*1|!5|ERR x|"), "a selector, a map or an array of keys and values", 'BulkError "ERR x"'],
])("%o of %s", (read, wire, expected, found) => {
  expect(read(reply(wire))).toEqual({ _tag: "Err", problem: { _tag: "Unexpected", expected, found } });
});

test("what was found is shown up to 64 bytes", () => {
  expect(readRole(reply(`+${"x".repeat(100)}|`))).toMatchObject({ problem: { found: `Simple "${"x".repeat(64)}"` } });
  expect(readClients(reply(`+${"x".repeat(100)}|`))).toMatchObject({ problem: { found: "x".repeat(64) } });
  expect(readAclList(reply(`*1|+${"x".repeat(100)}|`))).toMatchObject({ problem: { found: "x".repeat(64) } });
});
