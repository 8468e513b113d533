/**
 * How a concern picks among things it could do: the first that may be done now; else it waits, for the earliest reason.
 */
import { type Action, type Reason, type Stance, act, isCommand, isLasting, isSameAction, keyOf, wait } from "./decision.ts";
import { soonest } from "./down.ts";
import type { Observation } from "./observation.ts";

/**
 * The action, if it may be sent now: at most one API write per cluster and one command per pod are in flight, and what was
 * refused lately is left alone until its time.
 */
export const attempt = (observation: Observation, action: Action, because: Reason): Attempt => {
  const { inFlight, refused, now } = observation;
  const refusal = refused.find((one) => one.key === keyOf(action) && one.notBefore > now);
  if (refusal !== undefined) return wait(refusal.notBefore, "RefusedLately", `${refusal.key}: ${refusal.why}`);
  if (!isCommand(action)) {
    // Somebody is just being let in or out: who counts is written after that is known (regressions/0016).
    const isAdmitting = inFlight.some(({ action: { _tag } }) => _tag === "Admit" || _tag === "Expel" || _tag === "HandOver");
    if (isAdmitting && (action._tag === "Enlist" || action._tag === "Publish")) return wait(undefined, "CommandInFlight");
    return inFlight.some((one) => !isCommand(one.action)) ? wait(undefined, "WriteInFlight") : act(action, because);
  }
  // Who counts, or who is to lead, is just being decided: what is sent now could contradict it (regressions/0008).
  if (inFlight.some((one) => writesRecord(one.action))) return wait(undefined, "WriteInFlight");
  const isBusy = inFlight.some(
    (one) => isCommand(one.action) && (one.action.pod.uid === action.pod.uid || isSameAction(one.action, action)),
  );
  return isBusy ? wait(undefined, "CommandInFlight") : act(action, because);
};

/** It is done, or put off. */
export type Attempt = Extract<Stance, { readonly _tag: "Act" | "Wait" }>;

const writesRecord = (action: Action): boolean => "record" in action;

export type Waiting = Exclude<Stance, undefined | { readonly _tag: "Act" }>;

/** The first that acts; else the first wait (one that lasts before a passing one), until the earliest instant of all. */
export const firstOf = (...stances: readonly Stance[]): Stance => {
  const waiting: Waiting[] = [];
  for (const stance of stances) {
    if (stance?._tag === "Act") return stance;
    if (stance !== undefined) waiting.push(stance);
  }
  const first = waiting.find((stance) => isLasting(stance.because)) ?? waiting[0];
  return first === undefined ? undefined : { ...first, until: soonest(...waiting.map((stance) => stance.until)) };
};
