// WAIT: how many replicas had acknowledged every write of this connection when the wait ended. Fewer than asked for is an answer, not an error.

import { ok, type Result } from "../../result.ts";
import { bare, type Value } from "../value.ts";
import { notRead, type NotRead, wholeOf } from "./reading.ts";

export const readWait = (value: Value): Result<number, NotRead> => {
  const inner = bare(value);
  const replicas = inner._tag === "Integer" ? wholeOf(inner.value, { from: 0, to: Number.MAX_SAFE_INTEGER }) : undefined;
  return replicas === undefined ? notRead("the number of replicas that acknowledged", value) : ok(replicas);
};
