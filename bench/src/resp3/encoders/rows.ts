// The rows of the encoder's table: commands as a caller has them, and how many are encoded before the socket gets its bytes.
export type Argument = string | Buffer;
export type Row = {
  readonly name: string;
  readonly commands: readonly (readonly [string, ...Argument[]])[];
  readonly target: { readonly js: number };
};

/** One command a write, as a connection that waits for each answer; or a hundred gathered into one. */
export type Mode = "one by one" | "a hundred at once";

export const modes: readonly Mode[] = ["one by one", "a hundred at once"];
export const together = 100;

const times = <Item>(count: number, one: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => one(index));
const pair = (at: number): readonly [string, string] => [`field-${at}`, `the value of ${at}`];
const large = "0123456789abcdef".repeat(65_536);

export const rows: readonly Row[] = [
  { name: "PING", commands: times(10_000, () => ["PING"]), target: { js: 4 } },
  { name: "INFO", commands: times(10_000, () => ["INFO", "server", "persistence", "replication"]), target: { js: 4 } },
  { name: "SET of 64 B", commands: times(10_000, (at) => ["SET", `key:${at}`, large.slice(0, 64)]), target: { js: 4 } },
  { name: "HSET of 100 fields", commands: times(200, (at) => ["HSET", `hash:${at}`, ...times(100, pair).flat()]), target: { js: 4 } },
  { name: "SET of 1 MiB, bytes", commands: times(100, (at) => ["SET", `key:${at}`, Buffer.from(large)]), target: { js: 1 } },
  { name: "SET of 1 MiB, a string", commands: times(4, (at) => ["SET", `key:${at}`, large]), target: { js: 1 } },
];
