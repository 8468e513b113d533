// FAILOVER: begun, or why not. It answers at once; how far it has come is said by INFO (`failover` in info-replication.ts).
//
// No refusal has a prefix of its own. They are told apart by the server's sentence, the only place where it says which; a sentence that is
// not known here is `Other`, and its text is kept.

import { err, ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { readOk } from "./ok-reply.ts";
import type { NotRead } from "./reading.ts";

export type FailoverRefusal =
  | "InProgress" // another FAILOVER has not ended
  | "NotInProgress" // ABORT of none
  | "NoReplicas" // nobody is connected to take over
  | "IsReplica" // a replica has nothing to hand over
  | "TargetUnknown" // TO names nobody who is connected as a replica
  | "TargetNotOnline" // TO names a replica that is still synchronising
  | "ClusterMode" // there it is CLUSTER FAILOVER
  | "Other";

/** `refused` is there where the server answered with an error. */
export type NotFailedOver = NotRead & { readonly refused?: FailoverRefusal };

export const readFailover = (value: Value): Result<"Begun", NotFailedOver> => {
  const read = readOk(value);
  if (read._tag === "Ok") return ok("Begun");
  const { problem } = read;
  return err(problem._tag === "Refused" ? { ...problem, refused: refusalOf(problem.reply.message) } : problem);
};

const refusalOf = (message: string): FailoverRefusal => sentences.find(([sentence]) => message.startsWith(sentence))?.[1] ?? "Other";

/** From failoverCommand in the server's replication.c. */
const sentences: readonly (readonly [string, FailoverRefusal])[] = [
  ["ERR FAILOVER already in progress", "InProgress"],
  ["ERR No failover in progress", "NotInProgress"],
  ["ERR FAILOVER requires connected replicas", "NoReplicas"],
  ["ERR FAILOVER is not valid when server is a replica", "IsReplica"],
  ["ERR FAILOVER target HOST and PORT is not a replica", "TargetUnknown"],
  ["ERR FAILOVER target replica is not online", "TargetNotOnline"],
  ["ERR FAILOVER not allowed in cluster mode", "ClusterMode"],
];
