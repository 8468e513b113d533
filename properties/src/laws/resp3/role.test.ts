// INFO-4: ROLE keeps what it was told, and believes no other shape. And the error replies, which any question may get instead.

import { bytesOf, decode, encode, errorReply, initial, readHello, readRole, readWait, type Role, type Value } from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { anyValue } from "./arbitrary.ts";

const bulk = (text: string): Value => ({ _tag: "Bulk", bytes: bytesOf(text) });
const integer = (value: bigint | number): Value => ({ _tag: "Integer", value: BigInt(value) });

// Seen to fail: the list of replicas cut at the first; `handshake` missing among the link states; offsets through Number.
law.prop([anyRole()])("INFO-4 ROLE as a server writes it is read back whole", (role) => {
  expect(readRole(overTheWire(written(role)))).toEqual({ _tag: "Ok", value: role });
});

// Seen to fail: an offset that is text read as 0; an offset below -1 taken for unknown.
law.prop([anyRole(), fc.nat(), intruder()])(
  "INFO-4 with one part replaced it is another role or none, never an invented one",
  (role, place, other) => {
    const shape = written(role);
    fc.pre(shape._tag === "Array");
    const items = shape._tag === "Array" ? shape.items : [];
    const changed = items.map((item, index) => (index === place % items.length ? other : item));
    const read = readRole({ _tag: "Array", items: changed });
    if (read._tag === "Ok") expect(normalised(written(read.value))).toEqual(normalised({ _tag: "Array", items: changed }));
  },
);

// Seen to fail: a sixth element ignored.
law.prop([anyRole(), anyValue])("INFO-4 with a part too few or too many it is refused", (role, extra) => {
  const shape = written(role);
  const items = shape._tag === "Array" ? shape.items : [];
  expect(readRole({ _tag: "Array", items: items.slice(0, -1) })._tag).toBe("Err");
  expect(readRole({ _tag: "Array", items: [...items, extra] })._tag).toBe("Err");
});

// Seen to fail: a sentinel read as a replica of nobody.
law.prop([anyValue])("INFO-4 anything else is refused by name", (value) => {
  const names: Value = { _tag: "Array", items: [value] };
  expect(readRole({ _tag: "Array", items: [bulk("sentinel"), names] })).toMatchObject({ _tag: "Err", problem: { _tag: "Unexpected" } });
  for (const read of [readRole(value), readHello(value)]) {
    if (read._tag === "Ok") continue;
    expect(read.problem._tag === "Refused").toBe(errorReply(value) !== undefined);
  }
});

law.prop([fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))])(
  "WAIT is a count or nothing",
  (value) => {
    const isCount = value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
    const read = readWait({ _tag: "Integer", value });
    expect(read._tag === "Ok" ? read.value : undefined).toBe(isCount ? Number(value) : undefined);
  },
);

const kinds = (
  "LOADING MASTERDOWN BUSY NOAUTH WRONGPASS NOPERM MISCONF READONLY NOREPLICAS OOM NOMASTERLINK NOGOODSLAVE INPROG NOPROTO UNKILLABLE " +
  "NOTBUSY NOSCRIPT EXECABORT WRONGTYPE UNBLOCKED DENIED ERR"
).split(" ");

// Seen to fail: a prefix compared by startsWith, which takes BUSYGROUP for BUSY.
law.prop([fc.constantFrom(...kinds), fc.string(), fc.stringMatching(/^[A-Z]{1,5}$/)])(
  "an error is known by its whole first word",
  (word, prose, more) => {
    expect(errorReply({ _tag: "BulkError", bytes: bytesOf(`${word} ${prose}`) })).toMatchObject({ kind: word, prefix: word });
    expect(errorReply({ _tag: "BulkError", bytes: bytesOf(`${word}${more} ${prose}`) })).toMatchObject({
      kind: "OTHER",
      prefix: `${word}${more}`,
    });
  },
);

const written = (role: Role): Value => {
  if (role._tag === "Replica") {
    return { _tag: "Array", items: [bulk("slave"), bulk(role.ip), integer(role.port), bulk(role.link), integer(role.offset ?? -1n)] };
  }
  const items = role.replicas.map(({ ip, port, offset }): Value => ({
    _tag: "Array",
    items: [bulk(ip), bulk(String(port)), bulk(String(offset))],
  }));
  return { _tag: "Array", items: [bulk("master"), integer(role.offset), { _tag: "Array", items }] };
};

const overTheWire = (value: Value): Value => {
  const encoded = encode(value);
  const [decoded] = encoded._tag === "Ok" ? decode(initial(), encoded.value).values : [];
  return decoded === undefined || decoded._tag === "Push" ? { _tag: "Null" } : decoded;
};

/** What the reader may overlook: whether a text or a number is simple or bulk, a list an array or a set, and attributes around them. */
const normalised = (value: Value): unknown => {
  switch (value._tag) {
    case "Attributed":
      return normalised(value.value);
    case "Array":
    case "Set":
      return value.items.map(normalised);
    case "Simple":
    case "Bulk":
    case "Verbatim":
      return String.fromCharCode(...value.bytes);
    case "Integer":
      return String(value.value);
    case "Error":
    case "BulkError":
    case "Null":
    case "Boolean":
    case "Double":
    case "BigNumber":
    case "Map":
      return value;
  }
};

/** Anything, and what nearly belongs there. */
function intruder(): fc.Arbitrary<Value> {
  const near = fc.constantFrom("", "master", "slave", "sentinel", "connected", "-1", "-2", "65536", "007", "12x", "9223372036854775808");
  return fc.oneof(anyValue, near.map(bulk), fc.constantFrom(-2n, -1n, 0n, 65_535n, 65_536n).map(integer));
}

function anyRole(): fc.Arbitrary<Role> {
  const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  const at = { ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), port: fc.integer({ min: 0, max: 65_535 }) };
  const links = fc.constantFrom("none", "connect", "connecting", "handshake", "sync", "connected", "unknown");
  return fc.oneof(
    fc.record({ _tag: fc.constant("Primary"), offset, replicas: fc.array(fc.record({ ...at, offset }), { maxLength: 4 }) }),
    fc.record({ _tag: fc.constant("Replica"), ...at, link: links, offset: fc.oneof(offset, fc.constant(undefined)) }),
  );
}
