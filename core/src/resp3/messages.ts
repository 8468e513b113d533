// The messages of a chunk by sight, one after the other, and the room for them.

import { isOkayAt } from "./marks.ts";
import type { Made } from "./payload.ts";
import type { Scan } from "./scan.ts";
import { sight } from "./sight.ts";

/** The messages from `scan.at` on, behind those before them, until there is one that is not taken. */
export const messages = (scan: Scan, depth: number, before: Made[] | undefined): Made[] | undefined => {
  const { chunk, end, options } = scan;
  const from = scan.at;
  const known = before?.length ?? 0;
  const values = before ?? first(scan, depth);
  if (values === undefined || (before === undefined && values.length < some)) return values;
  let filled = values.length;
  const start = filled;
  while (scan.at < end) {
    let value: Made | undefined;
    if (isOkayAt(chunk, scan.at, end)) {
      value = options.okay;
      scan.at += 5;
    } else {
      value = sight(scan, depth, true);
      if (value === undefined) break;
    }
    if (filled === start + crowd && known < crowd)
      values.length = filled + Math.ceil(((filled - known) / (scan.at - from)) * (end - scan.at) * 1.1);
    if (filled < values.length) values[filled] = value;
    else values.push(value);
    filled += 1;
  }
  if (filled < values.length) values.length = filled;
  return values;
};

/** The first messages, in a list that is as long as there are any: most chunks have no more. */
const first = (scan: Scan, depth: number): Made[] | undefined => {
  const { end } = scan;
  const one = sight(scan, depth, true);
  if (one === undefined) return undefined;
  const two = scan.at < end ? sight(scan, depth, true) : undefined;
  if (two === undefined) return [one];
  const three = scan.at < end ? sight(scan, depth, true) : undefined;
  if (three === undefined) return [one, two];
  const four = scan.at < end ? sight(scan, depth, true) : undefined;
  return four === undefined ? [one, two, three] : [one, two, three, four];
};
const some = 4;

/** With so many messages in a chunk, room is made for all that may follow: once, for it is as much work as there may be messages. */
const crowd = 16;
