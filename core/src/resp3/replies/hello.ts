// HELLO: who answers, and in which protocol from now on. The protocol must be there; the rest may be missing and is then unknown.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { entriesOf, integerOf, notRead, type NotRead, textOf } from "./reading.ts";

export type Hello = {
  readonly protocol: 2 | 3;
  /** `valkey`, or `redis` where the server speaks under its old name. */
  readonly server: string | undefined;
  readonly version: string | undefined;
  /** The id of this connection. */
  readonly id: bigint | undefined;
  readonly mode: string | undefined;
  readonly role: "primary" | "replica" | undefined;
};

export const readHello = (value: Value): Result<Hello, NotRead> => {
  const entries = entriesOf(value);
  if (entries._tag === "Err") return entries;
  const fields = new Map<string, Value>();
  for (const [key, field] of entries.value) {
    const name = textOf(key);
    if (name !== undefined) fields.set(name, field);
  }
  const protocol = integerOf(fields.get("proto"));
  if (protocol !== 2n && protocol !== 3n) return notRead("the reply of HELLO with proto 2 or 3", value);
  return ok({
    protocol: protocol === 2n ? 2 : 3,
    server: textOf(fields.get("server")),
    version: textOf(fields.get("version")),
    id: integerOf(fields.get("id")),
    mode: textOf(fields.get("mode")),
    role: roles.get(textOf(fields.get("role")) ?? ""),
  });
};

const roles: ReadonlyMap<string, "primary" | "replica"> = new Map([
  ["master", "primary"],
  ["replica", "replica"],
  ["slave", "replica"],
]);
