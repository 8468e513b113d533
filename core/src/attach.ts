import { replicationUser } from "./cluster.ts";
import { type Reason, type Stance, wait } from "./decision.ts";
import { readingNow } from "./down.ts";
import type { Acting } from "./leaving.ts";
import { isFrozen } from "./membership.ts";
import type { Observation } from "./observation.ts";
import { type FailoverRecord, type Member, identityOf } from "./record.ts";
import { attempt } from "./stance.ts";

/** Admit on the primary, then Follow. A member in the middle of a sync is left alone. */
export const attach = (observation: Observation, record: FailoverRecord, acting: Acting, member: Member, because: Reason): Stance => {
  const reading = readingNow(observation, member);
  if (reading === undefined || reading.role !== "replica") return undefined;
  const { epoch } = record;
  const pod = identityOf(member);
  if (!acting.reading.users.includes(replicationUser(member))) {
    return attempt(observation, { _tag: "Admit", pod: acting.identity, epoch, member: pod }, "MemberAdmitted");
  }
  if (reading.handingOver === true) return attempt(observation, { _tag: "Freeze", pod, epoch, abort: true }, "MemberFrozen");
  const { port } = observation.cluster.spec;
  if (reading.upstream?.host !== acting.host || reading.upstream.port !== port) {
    const follow = { _tag: "Follow", pod, epoch, primary: acting.identity.pod, host: acting.host, port } as const;
    return attempt(observation, follow, isFrozen(reading) ? because : "MemberRepointed");
  }
  return member.state === "Streaming" && reading.upstream.up ? undefined : wait(undefined, "ReplicaSyncing", member.pod);
};
