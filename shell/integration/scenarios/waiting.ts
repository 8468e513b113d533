// Waiting for a state of the world, and saying what was there instead when it does not come. Times to wait are generous, since machines are
// noisy; nothing here is a measurement.
import { setTimeout as sleep } from "node:timers/promises";

/** Far longer than anything here takes; a scenario that needs it has failed. */
export const PATIENCE_MS = 60_000;

/** Often enough for people, and many clusters at once still leave the machine to those who are looked at. */
export const LOOK_MS = 50;

/** Asks again and again until there is an answer; throws with what was there instead. */
export const until = async <A>(
  what: string,
  look: () => A | Promise<A>,
  instead: () => string = () => "",
  withinMs = PATIENCE_MS,
): Promise<NonNullable<A>> => {
  const found = await poll(look, AbortSignal.timeout(withinMs));
  if (found === undefined) throw new Error(`${what}: not within ${withinMs / 1000} s; ${instead()}`);
  return found;
};

/** The first answer, or undefined when the signal came before it. */
export const poll = async <A>(look: () => A | Promise<A>, signal: AbortSignal): Promise<NonNullable<A> | undefined> => {
  while (!signal.aborted) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    await sleep(LOOK_MS);
  }
  return undefined;
};
