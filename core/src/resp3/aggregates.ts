// Arrays, sets, maps, attributes and pushes: from the line that opens one to the value that completes it.

import { appended, closed, depthOf, type Frame, type Kind, opened, streamed } from "./frame.ts";
import { readLength } from "./numbers.ts";
import { excess, type Line, type Run, unreadable } from "./state.ts";
import type { Message } from "./value.ts";

/** The line `*n`, `~n`, `%n`, `|n` or `>n`. */
export const beginAggregate = (run: Run, kind: Kind, line: Line): boolean => {
  const depth = depthOf(run.top) + 1;
  if (depth > run.limits.depth) return excess(run, "depth", depth, line.start);
  const mayStream = kind === "Array" || kind === "Set" || kind === "Map";
  if (mayStream && isStreamed(line)) {
    run.top = opened(run.owner, kind, streamed, run.top);
    return true;
  }
  const count = readLength(line.source, line.from, line.to);
  if (count === undefined) return unreadable(run, "Length", line);
  if (count > run.limits.elements) return excess(run, "elements", count, line.start);
  const values = kind === "Map" ? 2 * count : kind === "Attributed" ? 2 * count + 1 : count;
  const frame = opened(run.owner, kind, values, run.top);
  if (values === 0) return deliver(run, closed(frame));
  run.top = frame;
  return true;
};

/** The line `.`. */
export const endStreamed = (run: Run, line: Line): boolean => {
  const frame = run.top;
  const isWhole = frame !== undefined && frame.expected === streamed && (frame.kind !== "Map" || frame.count % 2 === 0);
  if (!isWhole || line.from !== line.to) return unreadable(run, "End", line);
  run.top = frame.parent;
  return deliver(run, closed(frame));
};

/** A whole message: handed out, or put into the aggregate around it, which may be whole then too. */
export const deliver = (run: Run, message: Message): boolean => {
  let whole = message;
  while (run.top !== undefined && whole._tag !== "Push") {
    const frame = appended(run.owner, run.top, whole);
    run.top = frame;
    if (frame.expected === streamed) return isWithinElements(run, frame);
    if (frame.count !== frame.expected) return true;
    run.top = frame.parent;
    whole = closed(frame);
  }
  run.values.push(whole);
  return true;
};

const isWithinElements = (run: Run, frame: Frame): boolean => {
  const elements = frame.kind === "Map" ? Math.ceil(frame.count / 2) : frame.count;
  return elements <= run.limits.elements || excess(run, "elements", elements, run.position);
};

/** `?` in place of a count. */
export const isStreamed = ({ source, from, to }: Line): boolean => to - from === 1 && source[from] === 0x3f;
