// How decode.ts keeps its contract: a loop that takes one value a turn and puts it where it belongs, into the innermost open aggregate or
// out. What is whole in the chunk and spelled as usual it takes by sight (sight.ts), aggregates with all that is in them; whatever is not
// (cut off, out of limits, odd, wrong) it leaves to step.ts, which reads it from its first byte, by all of the rules; an aggregate that
// breaks off so becomes a frame, with the values that it has, around which this loop goes on.

import { aloneFrom } from "./alone.ts";
import type { Decoded } from "./decode.ts";
import { append, closed, depthOf, opened, reopened, seal } from "./frame.ts";
import { excess } from "./header.ts";
import { leaf, type Made } from "./payload.ts";
import { inParts, largest } from "./parts.ts";
import { filled, resumed } from "./resume.ts";
import { stillPending, upToDate } from "./pending.ts";
import { framesOf, scanOf } from "./scan.ts";
import { messages } from "./messages.ts";
import { deepest, longestNumber, sight } from "./sight.ts";
import type { State } from "./state.ts";
import { step } from "./step.ts";
import type { Payload } from "./value.ts";

/** The messages completed by this chunk, and the state to go on from. */
export function decode<P extends Payload, I extends bigint | number>(state: State<P, I>, chunk: Uint8Array): Decoded<P, I>;
export function decode(state: State<Payload, bigint | number>, chunk: Uint8Array) {
  const { options, consumed } = state;
  let { frame, pending, streamed, failure } = state;
  const end = chunk.length;
  if (failure !== undefined || end === 0) return { state, values: none, error: failure };
  if (end > largest) return inParts(decode, state, chunk);
  if (pending !== undefined) {
    const still = stillPending(pending, options, chunk, consumed);
    if (still !== undefined)
      return { state: { options, consumed: consumed + end, frame, pending: still, streamed, failure }, values: none, error: failure };
    if (pending._tag === "Body") pending = upToDate(pending, consumed);
  }
  const { limits, payload } = options;
  const isSeen = limits.lineBytes >= longestNumber;
  if (isSeen && frame === undefined && pending === undefined && streamed === undefined) {
    const from = aloneFrom(chunk, end);
    if (from > 0 && end - 2 - from <= limits.bulkBytes) {
      const next: typeof state = { options, consumed: consumed + end, frame, pending, streamed, failure };
      return { state: next, values: [leaf("Bulk", payload, chunk, from, end - 2)], error: failure };
    }
  }
  const scan = scanOf(options, chunk, consumed);
  let values: Made[] | undefined;
  let at = 0;
  while (at < end) {
    let value: Made | undefined;
    if (isSeen && streamed === undefined) {
      scan.at = at;
      const left = limits.depth - depthOf(frame);
      const depth = left > deepest ? deepest : left;
      if (pending !== undefined) {
        value = resumed(scan, pending, depth);
        if (scan.at > 0) ({ at, pending } = scan);
      } else {
        if (frame === undefined) values = messages(scan, depth, values);
        else value = sight(scan, depth, false);
        ({ at, pending } = scan);
      }
      if (scan.broken !== undefined) {
        frame = framesOf(scan.broken, frame);
        scan.broken = undefined;
      }
      if (scan.pending !== undefined || (value === undefined && at === end)) break;
      if (value !== undefined && frame !== undefined && !frame.isStreamed) {
        value = filled(scan, frame, value);
        ({ at, pending } = scan);
        frame = scan.broken === undefined ? scan.open : framesOf(scan.broken, scan.open);
        scan.broken = undefined;
        if (pending !== undefined || (value === undefined && at === end)) break;
      }
    }
    if (value === undefined) {
      const taken = step({ options, frame, streamed, pending, chunk, consumed }, at);
      pending = undefined;
      switch (taken._tag) {
        case "Whole":
          streamed = undefined;
          at = taken.next;
          ({ value } = taken);
          break;
        case "Open": {
          at = taken.next;
          const room = taken.isStreamed || taken.expected > scan.room ? 1 : taken.expected;
          scan.room -= room;
          frame = opened(frame, taken.kind, taken.isStreamed, taken.expected, room);
          continue;
        }
        case "EndOfAggregate":
          at = taken.next;
          if (frame === undefined) continue;
          value = closed(frame);
          frame = frame.parent;
          break;
        case "Streamed":
          at = taken.next;
          ({ streamed } = taken);
          continue;
        case "Line":
        case "Body":
          at = end;
          pending = taken;
          continue;
        case "Malformed":
        case "Excess":
          at = end;
          failure = taken;
          continue;
      }
    }
    while (value !== undefined && frame !== undefined) {
      if (frame.isSealed) frame = reopened(frame);
      append(frame, value);
      value = undefined;
      if (frame.count !== frame.expected) break;
      if (frame.isStreamed) {
        const { elements } = limits;
        failure = excess("elements", elements, elements + 1, consumed + at);
        at = end;
        break;
      }
      value = closed(frame);
      frame = frame.parent;
    }
    if (value === undefined) continue;
    if (values === undefined) values = [value];
    else values.push(value);
  }
  if (frame !== undefined) seal(frame);
  const next: typeof state = { options, consumed: consumed + end, frame, pending, streamed, failure };
  return { state: next, values: values ?? none, error: failure };
}

const none: readonly never[] = [];
