// WAIT and WAITAOF: how many had acknowledged every write of this connection when the wait ended. Fewer than asked for is an answer, not
// an error.

import { ok, type Result } from "../../result.ts";
import { bare, type Value } from "../value.ts";
import { itemsOf, notRead, type NotRead, unexpected, wholeOf } from "./reading.ts";

/** The number of replicas that have the writes in memory. */
export const readWait = (value: Value): Result<number, NotRead> => {
  const replicas = countOf(value);
  return replicas === undefined ? notRead("the number of replicas that acknowledged", value) : ok(replicas);
};

/** Who has the writes on disk: the server itself, and a number of replicas. */
export type OnDisk = { readonly local: boolean; readonly replicas: number };

export const readWaitAof = (value: Value): Result<OnDisk, NotRead> => {
  const items = itemsOf(value);
  if (items?.length !== 2) return notRead("two numbers: of itself, 0 or 1, and of the replicas that have the writes on disk", value);
  const [own, others] = items;
  const local = countOf(own);
  const replicas = countOf(others);
  if (local === undefined || local > 1) return unexpected("0 or 1, for the writes on the disk of the server itself", own);
  return replicas === undefined
    ? unexpected("the number of replicas that have the writes on disk", others)
    : ok({ local: local === 1, replicas });
};

const countOf = (value: Value | undefined): number | undefined => {
  const inner = value === undefined ? undefined : bare(value);
  return inner?._tag === "Integer" ? wholeOf(inner.value, { from: 0, to: Number.MAX_SAFE_INTEGER }) : undefined;
};
