// One call of decode: a state being worked on, by whoever's turn it is: the fast loop (fast.ts) or a step with all of the rules (step.ts).

import type { Failure } from "./failure.ts";
import { closed, type Frame, type Kind, reopened, streamed } from "./frame.ts";
import { excess } from "./header.ts";
import type { Made } from "./payload.ts";
import type { Options, Pending, Streamed } from "./state.ts";

export type Run = {
  readonly options: Options;
  readonly chunk: Uint8Array;
  /** Bytes of the connection before the chunk. */
  readonly consumed: number;
  at: number;
  frame: Frame | undefined;
  readonly values: Made[];
  filled: number;
  pending: Pending | undefined;
  streamed: Streamed | undefined;
  failure: Failure | undefined;
  buffer: ArrayBufferLike | undefined;
  text: string | undefined;
  origin: number;
  isAscii: boolean;
  readonly okay: Made | undefined;
};

/** A whole message: handed out, or put into the aggregate around it, which may be whole then too. */
export const deliver = (run: Run, message: Made): void => {
  let value = message;
  for (;;) {
    if (run.frame === undefined) {
      run.values[run.filled] = value;
      run.filled += 1;
      return;
    }
    const frame: Frame = run.frame.isSealed ? reopened(run.frame) : run.frame;
    run.frame = frame;
    frame.items[frame.count] = value;
    frame.count += 1;
    if (frame.count !== frame.expected) {
      if (frame.expected === streamed) countStreamed(run, frame);
      return;
    }
    run.frame = frame.parent;
    value = closed(frame);
  }
};

/** An aggregate that is not empty. */
export const begin = (run: Run, kind: Kind, expected: number): void => {
  const depth = run.frame === undefined ? 1 : run.frame.depth + 1;
  run.frame = { parent: run.frame, kind, depth, expected, items: [], count: 0, isSealed: false };
};

/** A dot, where one may be. */
export const endStreamed = (run: Run, frame: Frame): void => {
  run.frame = frame.parent;
  deliver(run, closed(frame));
};

const countStreamed = (run: Run, frame: Frame): void => {
  const elements = frame.kind === "Map" ? Math.ceil(frame.count / 2) : frame.count;
  const { elements: allowed } = run.options.limits;
  if (elements > allowed) run.failure = excess("elements", allowed, elements, run.consumed + run.at);
};
