// INFO-2 and INFO-4 for one part of a reply at a time, each as a server never writes it: what a law draws too rarely is written down here.

import {
  bytesOf,
  entriesOf,
  fieldsOf,
  infoReplication,
  readAclUser,
  readClients,
  readHello,
  readKilled,
  textOf,
  type Value,
} from "@gungnir/core/resp3";
import { expect, test } from "vitest";

const bulk = (text: string): Value => ({ _tag: "Bulk", bytes: bytesOf(text) });
const array = (...items: readonly Value[]): Value => ({ _tag: "Array", items });

// Seen to fail: each of these parts not asked for; a part without an equals sign cut anyway.
test.each([
  "port=6379,state=online",
  "ip=,port=6379,state=online",
  "ip=10.0.0.2,state=online",
  "ip=10.0.0.2,port=x,state=online",
  "ip=10.0.0.2,port=65536,state=online",
  "ip=10.0.0.2,port=6379",
  "ip=10.0.0.2,port=6379,state=",
  "ipx,port=6379,state=online",
  "ip,port=6379,state=online",
  "",
])("INFO-2 a replica is one with an address, a port and a state: slave0:%s is none", (line) => {
  const whole = "ip=10.0.0.3,port=6379,state=online";
  const { replicas } = infoReplication(bytesOf(`slave0:${line}\r\nslave1:${whole}\r\n`));
  expect(replicas).toEqual([{ ip: "10.0.0.3", port: 6379, state: "online", offset: undefined, lagSeconds: undefined }]);
});

test("INFO-2 a replica whose line is no text is none, and the others are there", () => {
  const bytes = bytesOf("slave0:ip=?,port=1,state=online\r\nslave1:ip=a,port=1,state=online\r\n");
  bytes[bytes.indexOf(0x3f)] = 0xff;
  expect(infoReplication(bytes).replicas.map(({ ip }) => ip)).toEqual(["a"]);
});

// Seen to fail: the identifier matched at its end only; any word taken for the state of a link.
test("INFO-2 an identifier is forty digits and no more, and a link is up or down", () => {
  const id = "0123456789abcdef0123456789abcdef01234567";
  for (const said of [`0${id}`, `${id}0`, `x${id}`, id.slice(1), id.toUpperCase()])
    expect(infoReplication(bytesOf(`run_id:${said}\r\n`)).runId).toBeUndefined();
  expect(infoReplication(bytesOf(`run_id:${id}\r\n`)).runId).toBe(id);
  for (const said of ["connecting", "UP", ""]) expect(infoReplication(bytesOf(`master_link_status:${said}\r\n`)).link).toBeUndefined();
});

// Seen to fail: the last of two taken.
test("of two fields with one name the first counts, in a map and in a list; a key that is no text is nobody's", () => {
  const pairs = [bulk("proto"), { _tag: "Integer", value: 3n }, bulk("proto"), { _tag: "Integer", value: 2n }] as const;
  const entries = [
    [pairs[0], pairs[1]],
    [pairs[2], pairs[3]],
  ] as const;
  for (const value of [array(...pairs), { _tag: "Map", entries } as const]) {
    expect(readHello(value)).toMatchObject({ _tag: "Ok", value: { protocol: 3 } });
    expect(entriesOf(value)).toEqual({ _tag: "Ok", value: entries });
  }
  const strange = fieldsOf({ _tag: "Map", entries: [[array(), bulk("x")], ...entries] });
  expect(strange).toEqual({ _tag: "Ok", value: new Map([["proto", pairs[1]]]) });
});

test("what is neither a map nor a list of pairs is said to be neither", () => {
  const expected = "a map, or an array of keys and values";
  expect(entriesOf(array(bulk("a")))).toEqual({ _tag: "Err", problem: { _tag: "Unexpected", expected, found: "Array of 1" } });
  expect(textOf({ _tag: "Bulk", bytes: Uint8Array.of(0xc3) })).toBeUndefined();
});

// Seen to fail: every carriage return taken away, or only the first; a name without an equals sign kept as an address.
test("CLIENT LIST: a line ends with LF or CRLF, and a name alone has no value", () => {
  expect(readClients(bulk("id=1 name=a\r\nid=2 addr laddr2 cmd=x\r\r\n"))).toMatchObject({
    _tag: "Ok",
    value: [
      { id: 1n, name: "a" },
      { id: 2n, address: undefined, localAddress: undefined, command: "x\r" },
    ],
  });
});

// Seen to fail: any text taken for the OK of the old form.
test("CLIENT KILL: a text that is not OK closed nobody that could be counted", () => {
  for (const said of ["QUEUED", "ok", "OK "]) expect(readKilled({ _tag: "Simple", bytes: bytesOf(said) })._tag).toBe("Err");
});

// Seen to fail: another field shown than the one that is wrong.
test.each(["flags", "passwords", "commands", "keys", "channels", "selectors"])(
  "ACL GETUSER: what is wrong with %s is shown, and nothing else",
  (name) => {
    const fields: Readonly<Record<string, Value>> = {
      flags: array(bulk("on")),
      passwords: array(),
      commands: bulk(""),
      keys: bulk(""),
      channels: bulk(""),
      selectors: array(),
      [name]: { _tag: "Boolean", value: true },
    };
    const value: Value = { _tag: "Map", entries: Object.entries(fields).map(([key, field]) => [bulk(key), field]) };
    expect(readAclUser(value)).toMatchObject({ _tag: "Err", problem: { _tag: "Unexpected", found: "Boolean true" } });
  },
);
