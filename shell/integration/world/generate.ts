// Scripts from a seed, made up as the model goes: a step is drawn from those that mean something now, with weights that make
// followed primaries, writes and failovers common. As in the explorer's walks a coin decides for each kind of trouble whether it
// exists in this script at all.
import { generator, valkeyHalf } from "@gungnir/properties";
import { isApplicable } from "./applicable.ts";
import { type Believed, processOf } from "./believed.ts";
import type { Next } from "./run.ts";
import { type Name, NAMES, type Step } from "./step.ts";

export const generated = (seed: number, length: number): Next => {
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const allowed = new Set<string>(TROUBLE.filter(() => random() < 0.5));
  // What is under way in the middle of a sync is a world of its own: it is not mixed with other bytes under way.
  if (random() < 0.25) for (const kind of UNDER_WAY) allowed.delete(kind);
  else allowed.delete("HoldSync");
  const opening = openings[Math.floor(random() * openings.length)] ?? [];
  return (state, taken) => {
    if (taken.length >= length) return undefined;
    const opened = opening[taken.length];
    if (opened !== undefined) return opened;
    for (;;) {
      const bag = weigh(state).filter(
        ([step, weight]) => weight > 0 && (!isTrouble(step) || allowed.has(step._tag)) && isApplicable(state, step),
      );
      const total = bag.reduce((sum, [, weight]) => sum + weight, 0);
      let left = random() * total;
      const chosen = bag.find(([, weight]) => (left -= weight) < 0) ?? pick(bag);
      if (chosen !== undefined) return chosen[0];
    }
  };
};

/** A script begins with nothing, or with a primary that is followed by one or two: few find the way there by chance. */
const led = (of: Name): readonly Step[] => [
  { _tag: "Admit", at: "a", member: of },
  { _tag: "Follow", at: of, of: "a" },
];
const PROMOTED: Step = { _tag: "Promote", at: "a", minReplicas: 0 };
const openings: readonly (readonly Step[])[] = [
  [],
  [PROMOTED, ...led("b")],
  [PROMOTED, { _tag: "Write", at: "a" }, ...led("b"), ...led("c")],
  [PROMOTED, ...led("b"), ...led("c"), { _tag: "Write", at: "a" }],
];

const UNDER_WAY = ["Cut", "Stall", "Hang"] as const;
const TROUBLE = ["HoldSync", "Cut", "Stall", "Hang", "Crash", "Expel", "Configure", "Fence", "Pause", "HandOver", "Failover"] as const;
const isTrouble = (step: Step): boolean => TROUBLE.some((tag) => tag === step._tag);

/** Every step that could be meant, with how often. */
const weigh = (state: Believed): readonly (readonly [Step, number])[] => {
  const primaries = NAMES.filter((name) => isPrimaryAt(state, name));
  return NAMES.flatMap((at): (readonly [Step, number])[] => {
    const isPrimary = primaries.includes(at);
    const process = processOf(state.valkey, at);
    const leavesBehind = state.stalled.some((name) => isBehind(state, name, at));
    const isHandingOver = process?.failover !== undefined;
    const others = NAMES.filter((name) => name !== at);
    return [
      [{ _tag: "Promote", at, minReplicas: 0 }, primaries.length === 0 ? 6 : isPrimary ? 0.2 : 1],
      [{ _tag: "Promote", at, minReplicas: 1 }, primaries.length === 0 ? 1 : 0.5],
      ...others.flatMap((of): (readonly [Step, number])[] => {
        const source = processOf(state.valkey, of);
        const follows = process !== undefined && source !== undefined && valkeyHalf.isAttached(process, source);
        const letsIn = process?.users.some((user) => source !== undefined && user === valkeyHalf.userOf(source)) === true;
        const isKnown = process !== undefined && processOf(state.valkey, of)?.users.includes(valkeyHalf.userOf(process)) === true;
        const isTarget = primaries.includes(of);
        return [
          [{ _tag: "Follow", at, of }, (isPrimary ? 0.3 : 1) * (isKnown ? (isTarget ? 6 : 2) : 0.3)],
          [{ _tag: "Admit", at: of, member: at }, isKnown ? 0.1 : isTarget ? 6 : isPrimary ? 3 : 0.5],
          [{ _tag: "Expel", at: of, member: at }, isKnown ? 1 : 0.1],
          [{ _tag: "HandOver", at: of, to: at }, follows && isTarget ? (letsIn ? 8 : 1) : 0.1],
          [{ _tag: "Failover", at: of, to: at }, follows && isTarget ? (letsIn || state.stalled.includes(at) ? 4 : 1) : 0.1],
          [{ _tag: "Cut", one: at, other: of }, 1],
          [{ _tag: "Heal", one: at, other: of }, 2],
        ];
      }),
      [{ _tag: "Freeze", at }, 1.5],
      [{ _tag: "Fence", at }, 1],
      [{ _tag: "Freeze", at, abort: true }, isHandingOver ? 3 : 0.1],
      [{ _tag: "Fence", at, abort: true }, isHandingOver ? 1 : 0.1],
      [{ _tag: "Disconnect", at }, 0.3],
      [{ _tag: "Configure", at, minReplicas: 1 }, isPrimary ? 1 : 0.1],
      [{ _tag: "Configure", at, minReplicas: 0 }, process?.minReplicas === 1 ? 1 : 0],
      [{ _tag: "Mark", at, seq: state.ledger.length + 1 }, isPrimary ? 1 : 0.1],
      [{ _tag: "Write", at }, isPrimary ? 6 : 0.2],
      [{ _tag: "Wait", at, replicas: 1 }, 2],
      [{ _tag: "Wait", at, replicas: 2 }, 1],
      [{ _tag: "Stall", at }, 1.5],
      [{ _tag: "Flow", at }, 1.5],
      [{ _tag: "HoldSync", at }, 1.5],
      [{ _tag: "LetSync", at }, 2],
      [{ _tag: "Hang", at }, 1],
      [{ _tag: "Wake", at }, 2],
      [{ _tag: "Crash", at, tail: "in flight" }, leavesBehind ? 4 : 0.7],
      [{ _tag: "Crash", at, tail: "unsent" }, leavesBehind ? 2 : 0.7],
      [{ _tag: "Start", at, volume: "kept" }, 4],
      [{ _tag: "Start", at, volume: "lost" }, 1.5],
      [{ _tag: "Pause", at }, 1],
      [{ _tag: "Unpause", at }, process?.pause === undefined ? 0.1 : 4],
      [{ _tag: "Abort", at }, isHandingOver ? 2 : 0.1],
    ];
  });
};

const isBehind = ({ valkey }: Believed, name: Name, source: Name): boolean => {
  const [replica, primary] = [processOf(valkey, name), processOf(valkey, source)];
  if (replica === undefined || primary === undefined || !valkeyHalf.isAttached(replica, primary)) return false;
  return primary.items.some((item) => item.at > replica.offset);
};

const isPrimaryAt = (state: Believed, name: Name): boolean => {
  const process = processOf(state.valkey, name);
  return process !== undefined && valkeyHalf.isPrimary(process);
};
