/**
 * What was refused is left alone for a while, longer each time, and counts as a wait until then: an action that the API server
 * refuses for reasons of its own (quota, RBAC) must not starve the others.
 */
import { P, match } from "ts-pattern";
import { type Action, isCommand, keyOf } from "./decision.ts";
import type { Health, Refusal } from "./observation.ts";
import type { Identity } from "./record.ts";
import { type Instant, after } from "./units.ts";

export const accepted = (refused: readonly Refusal[], action: Action): readonly Refusal[] =>
  refused.filter((refusal) => refusal.key !== keyOf(action));

export const refuse = (refused: readonly Refusal[], action: Action, why: string, transient: boolean, now: Instant): readonly Refusal[] => {
  const { first, most } = paceOf(action, transient);
  return postpone(refused, keyOf(action), why, first, now, most);
};

/**
 * A write that lost its race, or whose answer was lost. What only repairs or tells waits at once; what a failover needs waits
 * from the second time in a row on, so that one lost answer costs it nothing.
 */
export const delay = (refused: readonly Refusal[], action: Action, why: string, now: Instant): readonly Refusal[] => {
  const isPatient = action._tag === "Create" || action._tag === "Apply" || action._tag === "Report";
  const isFirst = !refused.some((refusal) => refusal.key === keyOf(action));
  return postpone(refused, keyOf(action), why, !isPatient && isFirst ? 0 : 250, now, 5_000);
};

/** Applied once more within a minute means that the server, or a webhook, does not keep what was applied. */
const KEPT_MS = 60_000;
export const applied = (refused: readonly Refusal[], action: Action, now: Instant): readonly Refusal[] => {
  const before = refused.find((refusal) => refusal.key === keyOf(action));
  const recent = before !== undefined && before.notBefore + KEPT_MS < now ? accepted(refused, action) : refused;
  return action._tag === "Apply"
    ? postpone(recent, keyOf(action), "it is not kept as it was applied", 250, now, 60_000)
    : accepted(refused, action);
};

/** Not before `first` ms from now; each further time of the same key doubles the pause, up to `most` ms. */
export const postpone = (
  refused: readonly Refusal[],
  key: string,
  why: string,
  first: number,
  now: Instant,
  most = 600_000,
): readonly Refusal[] => {
  // Counted to where it changes nothing any more: equal memories are equal text.
  const times = Math.min((refused.find((refusal) => refusal.key === key)?.times ?? 0) + 1, 10);
  const next = { key, why, notBefore: after(now, Math.min(most, first * 2 ** (times - 1))), times };
  return [...refused.filter((refusal) => refusal.key !== key), next].toSorted((a, b) => (a.key < b.key ? -1 : 1));
};

/** Under which it is remembered that a process was dropped from the members. */
export const joinKey = (identity: Identity): string => `Join/${identity.pod}/${identity.runId}`;

/** Under which it is remembered that a process did not take over. */
export const handoverKey = (identity: Identity): string => `HandOver/${identity.pod}/${identity.runId}`;

export const isJoin = (key: string): boolean => key.startsWith("Join/");
export const isJoinOf = (key: string, health: Health): boolean =>
  health.runId !== undefined && key === joinKey({ pod: health.target.pod, uid: health.target.uid, runId: health.runId });

/** The first pause and the longest, in milliseconds; each further refusal of the same thing doubles it. */
const paceOf = (action: Action, transient: boolean): { readonly first: number; readonly most: number } =>
  match<[boolean, boolean]>([isCommand(action), transient])
    .with([true, P.boolean], () => ({ first: 50, most: 1_000 }))
    .with([false, true], () => ({ first: 250, most: 5_000 }))
    .with([false, false], () => ({ first: 1_000, most: 60_000 }))
    .exhaustive();
