// The two passwords the operator itself needs, out of the cluster's Secret. They stay in the shell: core never sees a value.
import { nameOf, OPERATOR_PASSWORD_KEY, REPLICATION_PASSWORD_KEY } from "@gungnir/core";
import { isRecord } from "./kubernetes/answer.ts";
import type { ClusterKey, Snapshot } from "./kubernetes/snapshot.ts";

export type Passwords = { readonly operator: string; readonly replication: string };

/** Undefined while the Secret is missing or lacks one of them. */
export function passwordsIn(snapshot: Snapshot, key: ClusterKey): Passwords | undefined {
  const secret = snapshot.objects.Secret.find(
    ({ metadata }) => metadata.namespace === key.namespace && metadata.name === nameOf(key.name).secret,
  );
  const data = secret?.["data"];
  if (!isRecord(data)) return undefined;
  const operator = decoded(data[OPERATOR_PASSWORD_KEY]);
  const replication = decoded(data[REPLICATION_PASSWORD_KEY]);
  return operator === undefined || replication === undefined ? undefined : { operator, replication };
}

function decoded(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? Buffer.from(value, "base64").toString("utf8") : undefined;
}
