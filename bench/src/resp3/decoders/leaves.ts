// The consumer of the peers' replies, which are JavaScript values: text or Buffers, numbers, null, booleans, arrays.
import { FALSE, mix, mixBytes, mixDouble, mixOpen, mixText, NULL, TRUE } from "../checksum.ts";
import { mixSplit } from "./fields.ts";
import type { Mode, Task } from "./rows.ts";

/** The sum with all leaves of one reply. */
export type Consumer = (sum: number, reply: unknown) => number;

export const consumerOf = (mode: Mode, task: Task): Consumer =>
  task === "fields" ? mixInfo : mode === "strings" ? mixStrings : mixBuffers;

/** Text is expected, and an integer is not told from a double that happens to be one: both count the same in steps of 1/1024. */
const mixStrings: Consumer = (sum, reply) => {
  if (typeof reply === "string") return mixText(sum, reply);
  if (typeof reply === "number") return mixNumber(sum, reply);
  if (Array.isArray(reply)) {
    let all = mixOpen(sum, reply.length);
    for (const item of reply) all = mixStrings(all, item);
    return all;
  }
  return mixRare(sum, reply);
};

const mixBuffers: Consumer = (sum, reply) => {
  if (reply instanceof Uint8Array) return mixBytes(sum, reply);
  if (typeof reply === "number") return mixNumber(sum, reply);
  if (Array.isArray(reply)) {
    let all = mixOpen(sum, reply.length);
    for (const item of reply) all = mixBuffers(all, item);
    return all;
  }
  return mixRare(sum, reply);
};

const mixNumber = (sum: number, number: number): number => (Number.isInteger(number) ? mix(sum, number) : mixDouble(sum, number));

const mixRare: Consumer = (sum, reply) => {
  if (reply === null) return mix(sum, NULL);
  if (typeof reply === "boolean") return mix(sum, reply ? TRUE : FALSE);
  if (typeof reply === "string") return mixText(sum, reply); // an undocumented habit: keys of maps stay text in bytes mode
  if (Buffer.isBuffer(reply)) return mixText(sum, reply.toString()); // and the payloads of pushes stay bytes
  throw new Error(`a reply that no row has: ${typeof reply}`);
};

const mixInfo: Consumer = (sum, reply) => {
  if (typeof reply === "string") return mixSplit(sum, reply);
  if (Buffer.isBuffer(reply)) return mixSplit(sum, reply.toString());
  throw new Error(`INFO is no text but ${typeof reply}`);
};
