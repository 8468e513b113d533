// The rows of the decoder's table: a stream, what the consumer wants of it, and what is to be reached.
import {
  bulks,
  cut,
  everySplit,
  foreignBulks,
  info,
  large,
  nested,
  oneByOne,
  resp3,
  role,
  short,
  shortReplies,
  simple,
  type Stream,
} from "./streams.ts";
import { BEST, HIREDIS, type Target } from "../target.ts";

/** How payloads are wanted: as JavaScript strings, or as bytes. */
export type Mode = "strings" | "bytes";

/** What the consumer in the timed region does with a reply: read every leaf, or find the ten fields of INFO that an operator wants. */
export type Task = "leaves" | "fields";

export type Row = {
  readonly name: string;
  readonly stream: () => Stream;
  readonly task: Task;
  readonly protocol: 2 | 3;
  /** Text that is no ASCII has another length as a string than in bytes, and so another checksum with who only has bytes. */
  readonly isAscii?: false;
  readonly targets: Readonly<Record<Mode, readonly Target[]>>;
};

const best = (least: number): Target => ({ least, against: BEST });
const hiredis: Target = { least: 1, against: HIREDIS };

/** What bytes per second depend on in each row, and so what can be gained: on small replies much, less where payloads stay bytes. */
const small = { strings: [best(1.5), hiredis], bytes: [best(1.2), hiredis] };
const medium = { strings: [best(1.5)], bytes: [best(1.2)] };
const memory = { strings: [best(1)], bytes: [best(1)] };
const untold = { strings: [], bytes: [] };
const fields: readonly Target[] = [{ least: 2.5, against: "redis-parser" }];
const endToEnd = { strings: fields, bytes: fields };

const KiB = 1024;

export const rows: readonly Row[] = [
  {
    name: "64 B bulks, 64 KiB chunks",
    stream: () => cut(bulks(), 64 * KiB),
    task: "leaves",
    protocol: 2,
    targets: small,
  },
  {
    name: "simple strings and integers",
    stream: () => cut(simple(), 64 * KiB),
    task: "leaves",
    protocol: 2,
    targets: small,
  },
  { name: "nested arrays", stream: () => cut(nested(), 64 * KiB), task: "leaves", protocol: 2, targets: small },
  { name: "maps, sets, doubles, pushes", stream: () => cut(resp3(), 64 * KiB), task: "leaves", protocol: 3, targets: medium },
  {
    name: "64 B bulks, not ASCII",
    stream: () => cut(foreignBulks(), 64 * KiB),
    task: "leaves",
    protocol: 2,
    isAscii: false,
    targets: untold,
  },
  { name: "4 MiB bulk, 64 KiB chunks", stream: () => cut(large(), 64 * KiB), task: "leaves", protocol: 2, targets: memory },
  { name: "4 MiB bulk, 1 KiB chunks", stream: () => cut(large(), KiB), task: "leaves", protocol: 2, targets: memory },
  { name: "INFO, one per read", stream: () => oneByOne(info()), task: "leaves", protocol: 2, targets: memory },
  { name: "INFO, pipelined", stream: () => cut(info(), 64 * KiB), task: "leaves", protocol: 2, targets: medium },
  { name: "INFO to ten fields, one per read", stream: () => oneByOne(info()), task: "fields", protocol: 2, targets: endToEnd },
  { name: "INFO to ten fields, pipelined", stream: () => cut(info(), 64 * KiB), task: "fields", protocol: 2, targets: endToEnd },
  { name: "ROLE, pipelined", stream: () => cut(role(10_000), 64 * KiB), task: "leaves", protocol: 2, targets: small },
  { name: "ROLE, one per read", stream: () => oneByOne(role(10_000)), task: "leaves", protocol: 2, targets: small },
  { name: "every split", stream: () => everySplit(short(), shortReplies, 40), task: "leaves", protocol: 2, targets: medium },
  {
    name: "one byte per chunk",
    stream: () => cut([...role(400), ...info().slice(0, 4)], 1),
    task: "leaves",
    protocol: 2,
    targets: memory,
  },
];

export const modes: readonly Mode[] = ["strings", "bytes"];
