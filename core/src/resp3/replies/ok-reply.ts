// The reply of a command that was done: `OK`, and sometimes a remark behind it (REPLICAOF to where it already is: `OK Already connected to
// specified master`). Anything else, QUEUED among it, is not done.

import { ok, type Result } from "../../result.ts";
import { bare, type Value } from "../value.ts";
import { shown } from "../text.ts";
import { notRead, type NotRead } from "./reading.ts";

/** The remark, mostly empty. */
export const readOk = (value: Value): Result<string, NotRead> => {
  const inner = bare(value);
  const text = inner._tag === "Simple" ? shown(inner.bytes) : "";
  return text === "OK" || text.startsWith("OK ") ? ok(text.slice(3)) : notRead("OK", value);
};
