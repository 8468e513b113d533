// The rows of the encoder's table: commands as a caller has them, and how many are encoded before the socket gets its bytes.
import type { Target } from "../target.ts";

export type Argument = string | Buffer;
export type Row = {
  readonly name: string;
  readonly commands: readonly (readonly [string, ...Argument[]])[];
  readonly targets: readonly Target[];
};

/** One command a write, as a connection that waits for each answer; or a hundred gathered into one. */
export type Mode = "one by one" | "a hundred at once";

export const modes: readonly Mode[] = ["one by one", "a hundred at once"];
export const together = 100;

const times = <Item>(count: number, one: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => one(index));
const pair = (at: number): readonly [string, string] => [`field-${at}`, `the value of ${at}`];
/** 64 characters that are a string of their own, and no window on a longer one. */
const ownText = (at: number): string => Buffer.alloc(64, `value ${at} `).toString("latin1");
const megabyte = "0123456789abcdef".repeat(65_536);

const small: readonly Target[] = [{ least: 4, against: "@redis/client" }];
const large: readonly Target[] = [{ least: 1, against: "@redis/client" }];

export const rows: readonly Row[] = [
  { name: "PING", commands: times(10_000, () => ["PING"]), targets: small },
  { name: "INFO", commands: times(10_000, () => ["INFO", "server", "persistence", "replication"]), targets: small },
  { name: "SET of 64 B", commands: times(10_000, (at) => ["SET", `key:${at}`, ownText(at)]), targets: small },
  { name: "HSET of 100 fields", commands: times(200, (at) => ["HSET", `hash:${at}`, ...times(100, pair).flat()]), targets: [] },
  { name: "SET of 1 MiB, bytes", commands: times(100, (at) => ["SET", `key:${at}`, Buffer.from(megabyte)]), targets: large },
  { name: "SET of 1 MiB, a string", commands: times(4, (at) => ["SET", `key:${at}`, megabyte]), targets: large },
];
