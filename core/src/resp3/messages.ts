// The messages of a chunk by sight, one after the other, and the room for them.

import type { Made } from "./payload.ts";
import type { Scan } from "./scan.ts";
import { sight } from "./sight.ts";

/** The messages from `scan.at` on, behind those before them, until there is one that is not taken. */
export const messages = (scan: Scan, depth: number, before: Made[] | undefined): Made[] | undefined => {
  const { end } = scan;
  const from = scan.at;
  const known = before?.length ?? 0;
  const values = before ?? few(scan, depth, 0);
  if (values === undefined || (before === undefined && values.length < some)) return values;
  let filled = values.length;
  const start = filled;
  while (scan.at < end) {
    const value = sight(scan, depth, true);
    if (value === undefined) break;
    if (filled === start + crowd && known < crowd)
      values.length = filled + Math.ceil(((filled - known) / (scan.at - from)) * (end - scan.at) * 1.1);
    if (filled < values.length) values[filled] = value;
    else values.push(value);
    filled += 1;
  }
  if (filled < values.length) values.length = filled;
  return values;
};

/** The first messages, in a list that is as long as there are any. */
const few = (scan: Scan, depth: number, count: number): Made[] | undefined => {
  const value = sight(scan, depth, true);
  if (value === undefined && count === 0) return undefined;
  const isLast = value === undefined || count === some - 1 || scan.at === scan.end;
  // oxlint-disable-next-line unicorn/no-new-array -- as long as it has to be, and one kind of array
  const values = isLast ? new Array<Made>(value === undefined ? count : count + 1) : few(scan, depth, count + 1);
  if (value !== undefined && values !== undefined) values[count] = value;
  return values;
};
const some = 8;

/** With so many messages in a chunk, room is made for all that may follow: once, for it is as much work as there may be messages. */
const crowd = 16;
