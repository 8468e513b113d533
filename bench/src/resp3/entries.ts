// All lines of the table: what is measured, of whom, and what is to be reached.
import { decoders } from "./decoders/index.ts";
import * as decoding from "./decoders/rows.ts";
import type { Stream } from "./decoders/streams.ts";
import { encoders } from "./encoders/index.ts";
import * as encoding from "./encoders/rows.ts";
import { FLOOR, type Target, WINDOWS } from "./target.ts";

export type Entry = {
  readonly kind: "decode" | "encode";
  readonly row: string;
  readonly mode: string;
  /** Who takes part, ours first; those in JavaScript. */
  readonly contestants: readonly string[];
  readonly targets: readonly Target[];
  /** For those that are no JavaScript: the stream, and what to do with its replies. Encoders have none. */
  readonly foreign: { readonly stream: () => Stream; readonly task: decoding.Task } | undefined;
};

/** Ours in another way than that of the row: shown, and no peer. */
export const asides: readonly string[] = ["ours, bigints", "ours, lazy", WINDOWS, FLOOR, "ours, anew"];

/** Where an aside says something that ours does not. */
const isTold = (
  name: string,
  { row, mode, task }: { readonly row: string; readonly mode: string; readonly task: decoding.Task | undefined },
): boolean => {
  if (name === "ours, bigints") return /integers|nested|ROLE|every split/.test(row) && mode === "strings";
  if (name === "ours, lazy") return task === "leaves" && mode === "strings";
  if (name === WINDOWS) return task === "leaves" && mode === "bytes";
  if (name === FLOOR) return /64 B bulks, 64|nested|maps|pipelined$/.test(row) && task === "leaves";
  return name !== "ours, anew" || row === "PING" || row === "INFO";
};

const decodeEntries: readonly Entry[] = decoding.rows.flatMap(({ name, protocol, targets, stream, task, isAscii }) =>
  decoding.modes.map((mode) => ({
    kind: "decode",
    row: name,
    mode,
    contestants: decoders
      .filter((decoder) => decoder.protocol >= protocol && isTold(decoder.name, { row: name, mode, task }))
      .map((decoder) => decoder.name),
    targets: targets[mode],
    foreign: isAscii === false && mode === "strings" ? undefined : { stream, task },
  })),
);

const encodeEntries: readonly Entry[] = encoding.rows.flatMap(({ name, targets }) =>
  encoding.modes.map((mode) => ({
    kind: "encode",
    row: name,
    mode,
    contestants: encoders.map((encoder) => encoder.name).filter((each) => isTold(each, { row: name, mode, task: undefined })),
    targets,
    foreign: undefined,
  })),
);

export const entries: readonly Entry[] = [...decodeEntries, ...encodeEntries];
