// The rows of the decoder's table: a stream, what the consumer wants of it, and what is to be reached.
import { bulks, cut, everySplit, info, large, nested, oneByOne, resp3, role, short, shortReplies, simple, type Stream } from "./streams.ts";

/** How payloads are wanted: as JavaScript strings, or as bytes. */
export type Mode = "strings" | "bytes";

/** What the consumer in the timed region does with a reply: read every leaf, or find the ten fields of INFO that an operator wants. */
export type Task = "leaves" | "fields";

export type Row = {
  readonly name: string;
  readonly stream: () => Stream;
  readonly task: Task;
  readonly protocol: 2 | 3;
  /** Least ratio to the fastest peer in JavaScript, and to hiredis, where one is aimed at. */
  readonly target: { readonly js: number; readonly hiredis?: number };
};

const KiB = 1024;

export const rows: readonly Row[] = [
  {
    name: "64 B bulks, 64 KiB chunks",
    stream: () => cut(bulks(), 64 * KiB),
    task: "leaves",
    protocol: 2,
    target: { js: 1.5, hiredis: 1 },
  },
  {
    name: "simple strings and integers",
    stream: () => cut(simple(), 64 * KiB),
    task: "leaves",
    protocol: 2,
    target: { js: 1.5, hiredis: 1 },
  },
  { name: "nested arrays", stream: () => cut(nested(), 64 * KiB), task: "leaves", protocol: 2, target: { js: 1.5, hiredis: 1 } },
  { name: "maps, sets, doubles, pushes", stream: () => cut(resp3(), 64 * KiB), task: "leaves", protocol: 3, target: { js: 1.5 } },
  { name: "4 MiB bulk, 64 KiB chunks", stream: () => cut(large(), 64 * KiB), task: "leaves", protocol: 2, target: { js: 1 } },
  { name: "4 MiB bulk, 1 KiB chunks", stream: () => cut(large(), KiB), task: "leaves", protocol: 2, target: { js: 1 } },
  { name: "INFO, one per read", stream: () => oneByOne(info()), task: "leaves", protocol: 2, target: { js: 1 } },
  { name: "INFO, pipelined", stream: () => cut(info(), 64 * KiB), task: "leaves", protocol: 2, target: { js: 1.5 } },
  { name: "INFO to ten fields, one per read", stream: () => oneByOne(info()), task: "fields", protocol: 2, target: { js: 2.5 } },
  { name: "INFO to ten fields, pipelined", stream: () => cut(info(), 64 * KiB), task: "fields", protocol: 2, target: { js: 2.5 } },
  { name: "ROLE, pipelined", stream: () => cut(role(10_000), 64 * KiB), task: "leaves", protocol: 2, target: { js: 1.5, hiredis: 1 } },
  { name: "ROLE, one per read", stream: () => oneByOne(role(10_000)), task: "leaves", protocol: 2, target: { js: 1.5, hiredis: 1 } },
  { name: "every split", stream: () => everySplit(short(), shortReplies, 40), task: "leaves", protocol: 2, target: { js: 1.5 } },
  {
    name: "one byte per chunk",
    stream: () => cut([...role(400), ...info().slice(0, 4)], 1),
    task: "leaves",
    protocol: 2,
    target: { js: 1 },
  },
];

export const modes: readonly Mode[] = ["strings", "bytes"];
