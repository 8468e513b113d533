/**
 * The acting half: look at everything, name one effect or none. A ladder of concerns in order of urgency, each of which
 * looks at everything and takes a stance. A hold stops replication; objects and the report are always asked, else a hold
 * would silence the status and keep away the pods that would end it.
 */
import { type Decision, type Stance, isCommand, isLasting } from "./decision.ts";
import { soonest } from "./down.ts";
import { failover } from "./failover.ts";
import { objects } from "./objects.ts";
import type { Observation } from "./observation.ts";
import { replication } from "./replication.ts";
import type { Waiting } from "./stance.ts";
import { report } from "./status.ts";
import { after } from "./units.ts";

/** A Valkey command is given up (its outcome unknown) after so long; no action is begun that could outlive the lease. */
export const COMMAND_DEADLINE_MS = 250;
/** A request to the API server is given up after so long. */
export const WRITE_DEADLINE_MS = 5_000;

/** `urgent`: what those that do not yield said before, for whoever tells of it. */
type Concern = { readonly stance: (observation: Observation, urgent: readonly Stance[]) => Stance; readonly yieldsToHold: boolean };

const concerns: readonly Concern[] = [
  { stance: failover, yieldsToHold: false },
  { stance: objects, yieldsToHold: false },
  { stance: replication, yieldsToHold: true },
  { stance: report, yieldsToHold: false },
];

export const decide = (observation: Observation): Decision => {
  const { cluster, leadership, now } = observation;
  if (leadership._tag === "Standby" || after(now, COMMAND_DEADLINE_MS) > leadership.until) {
    return { _tag: "Wait", until: undefined, because: "NotLeading" };
  }
  if (cluster.deleting) return { _tag: "Wait", until: undefined, because: "ClusterDeleting" };
  if (cluster.recordUnreadable) return { _tag: "Wait", until: undefined, because: "RecordTooNew" };
  const stances: Waiting[] = [];
  const urgent: Stance[] = [];
  for (const concern of concerns) {
    if (concern.yieldsToHold && stances.some((stance) => stance._tag === "Hold")) continue;
    const stance = concern.stance(observation, urgent);
    if (stance?._tag === "Act") return stance;
    if (!concern.yieldsToHold) urgent.push(stance);
    if (stance !== undefined) stances.push(stance);
  }
  return summarize(observation, stances);
};

/** The most urgent reason that lasts names the wait, or else the most urgent one; the earliest instant ends it. */
const summarize = (observation: Observation, waits: readonly Waiting[]): Decision => {
  const first = waits.find((stance) => isLasting(stance.because)) ?? waits[0];
  if (first === undefined) {
    const isBusy = observation.inFlight.length > 0;
    const because = observation.inFlight.some((one) => isCommand(one.action)) ? "CommandInFlight" : "WriteInFlight";
    return isBusy ? { _tag: "Wait", until: undefined, because } : { _tag: "Settled" };
  }
  // What lies in the past has not come true, and waits for an event.
  const until = soonest(...waits.map((one) => (one.until !== undefined && one.until > observation.now ? one.until : undefined)));
  return { _tag: "Wait", until, because: first.because, ...(first.detail === undefined ? {} : { detail: first.detail }) };
};
