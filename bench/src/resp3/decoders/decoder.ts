// What is timed: a whole stream through one decoder that lives as long as its connection would, every reply into the consumer.
import type { Mode, Task } from "./rows.ts";

/** The stream's chunks in, the checksum of all its leaves out. Throws when the decoder reports a failure. */
export type Pass = (chunks: readonly Buffer[]) => number;

export type Decoder = {
  readonly name: string;
  /** The newest protocol it understands. */
  readonly protocol: 2 | 3;
  readonly pass: (mode: Mode, task: Task) => Pass;
};
