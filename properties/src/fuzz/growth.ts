// RESP-8, time: a stream that consists of the same piece again and again takes time in proportion to its length, whatever the piece and
// however it is cut, or not at all: what is done once a chunk must not be done once a value. A quarter of a stream is compared with the whole;
// what is slow is asked again, for memory is collected when it likes.

import { decode, initial, type State } from "@gungnir/core/resp3";
import type { Violation } from "./laws.ts";
import { joined } from "./tokens.ts";

/** Bytes of the longer stream, and of its chunks. */
const CUTS = [
  { length: 2 ** 16, size: 1 },
  { length: 2 ** 16, size: 1000 },
  { length: 2 ** 18, size: 2 ** 20 },
];
/** Linear is four times; nothing is concluded from less than this many milliseconds. */
const FACTOR = 12;
const ENOUGH_MS = 40;

export const slowdownBy = (piece: Uint8Array): Violation | undefined => {
  if (piece.length === 0) return undefined;
  for (const { length, size } of CUTS) {
    const pieces = Array.from({ length: Math.ceil(length / piece.length) }, () => piece);
    const chunks = cutInto(joined(pieces), size);
    const quarter = cutInto(joined(pieces.slice(0, Math.ceil(pieces.length / 4))), size);
    let slowest = "";
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const short = timeOf(quarter);
      const whole = timeOf(chunks);
      if (whole < ENOUGH_MS || whole < FACTOR * short) {
        slowest = "";
        break;
      }
      slowest = `${chunks.length} chunks of ${size}: ${whole.toFixed(0)} ms, a quarter of them ${short.toFixed(1)} ms`;
    }
    if (slowest !== "") return { law: "RESP-8 linear time", detail: slowest };
  }
  return undefined;
};

const timeOf = (chunks: readonly Uint8Array[]): number => {
  const began = ownMs();
  let state: State = initial({ limits: { depth: 2 ** 20, lineBytes: 2 ** 20 } });
  for (const chunk of chunks) {
    const decoded = decode(state, chunk);
    if (decoded.error !== undefined) break;
    ({ state } = decoded);
  }
  return ownMs() - began;
};

/** Time of this thread alone, however busy the machine is. */
const ownMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const cutInto = (bytes: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.slice(at * size, (at + 1) * size));
