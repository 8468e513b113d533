// HELLO: who answers, and in which protocol from now on. The protocol must be there; the rest may be missing and is then unknown.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { fieldsOf, integerOf, notRead, type NotRead, textOf, unexpected } from "./reading.ts";

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
  const read = fieldsOf(value);
  if (read._tag === "Err") return notRead("the reply of HELLO, a map or an array of keys and values", value);
  const fields = read.value;
  const protocol = integerOf(fields.get("proto"));
  if (protocol !== 2n && protocol !== 3n) return unexpected("the reply of HELLO with proto 2 or 3", fields.get("proto") ?? value);
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
