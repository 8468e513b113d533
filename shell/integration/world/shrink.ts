// A shorter script that still shows a difference: ever smaller pieces are left out, and what still differs is kept. Each attempt is a
// run on fresh servers, so their number is bounded.
import type { Script, Step } from "./step.ts";

export type Attempt = (script: Script) => Promise<{ readonly taken: readonly Step[]; readonly differs: boolean }>;

export const shrink = async (script: Script, attempt: Attempt, attempts: number): Promise<Script> => {
  let best = script;
  let left = attempts;
  for (let size = Math.max(1, best.length >> 1); size >= 1;) {
    let shorter: Script | undefined;
    for (let at = 0; at < best.length && shorter === undefined && left > 0; at += size) {
      left -= 1;
      const tried = await attempt([...best.slice(0, at), ...best.slice(at + size)]);
      if (tried.differs && tried.taken.length < best.length) shorter = tried.taken;
    }
    if (left === 0) return shorter ?? best;
    if (shorter === undefined) size >>= 1;
    else best = shorter;
  }
  return best;
};
