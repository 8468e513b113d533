// What happens by itself between two steps of a script, in any order, until the model is at rest: links are made, syncs end, bytes
// arrive. A ping of a primary is the one thing that may happen or not: it comes once a second, so it may fall before or after
// whatever a script does, and an offset that it moved decides later whether a stream can be continued.
import { valkeyHalf } from "@gungnir/properties";
import { type Believed, keepUnderWay, release } from "./believed.ts";
import type { Name } from "./step.ts";

type Valkey = valkeyHalf.Valkey;
type Process = valkeyHalf.Process;

/** More would mean that the model does not come to rest. */
const MANY = 20_000;

/** All states of rest that can be reached from these. */
export const unfold = (from: readonly Believed[]): readonly Believed[] => {
  const seen = new Set<string>();
  const resting: Believed[] = [];
  const open = [...from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const key = keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MANY) throw new Error(`the model does not come to rest within ${MANY} states: ${[...seen].slice(-3).join("\n")}`);
    const released = release(state);
    if (released !== state) {
      open.push(released);
      continue;
    }
    const forced = movesOf(state);
    if (forced.length === 0) resting.push(state);
    const silent = state.valkey.processes.flatMap((process) => valkeyHalf.proceed(state.valkey, process, "heard before") ?? []);
    for (const next of [...forced, ...silent, ...pings(state, state)])
      open.push(keepUnderWay(state, { ...state, valkey: next }, undefined));
  }
  return resting;
};

export const keyOf = (state: Believed): string =>
  JSON.stringify(state, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));

const movesOf = (state: Believed): readonly Valkey[] => {
  const { valkey } = state;
  return valkey.processes.flatMap((process) => {
    if (process.hung) return [];
    const proceeding = valkeyHalf.proceed(valkey, process);
    if (proceeding !== undefined) return [proceeding];
    if (isStalled(state, process)) return [];
    const syncs = state.holding.some((name: Name) => name === process.pod) ? [] : [valkeyHalf.finishSync];
    const moves = [valkeyHalf.connect, ...syncs, valkeyHalf.stream, valkeyHalf.deliver, level];
    return moves.flatMap((move) => move(valkey, process) ?? []);
  });
};

const isStalled = (state: Believed, process: Process): boolean => state.stalled.some((name: Name) => name === process.pod);

/** Who has every item gets the pings as well: they are sent on down a chain. */
const level = (valkey: Valkey, process: Process): Valkey | undefined => {
  const source = valkeyHalf.sourceOf(valkey, process);
  if (source === undefined || !valkeyHalf.isAttached(process, source) || process.offset >= source.offset) return undefined;
  if (source.items.some((item) => item.at > process.offset)) return undefined;
  return valkeyHalf.withProcess(valkey, { ...process, offset: source.offset });
};

/** Whom a source's stream reaches, along chains. */
const hearing = (state: Believed, source: Process): readonly Process[] =>
  valkeyHalf
    .followers(state.valkey, source)
    .filter((follower) => !isStalled(state, follower))
    .flatMap((follower) => [follower, ...hearing(state, follower)]);

/**
 * A ping goes out where somebody is attached, or was a moment ago. It makes a difference where it leaves behind somebody who is level now and does not hear it.
 */
/** A server pings those in the middle of a full sync as well: they get it afterwards. */
const isListed = (process: Process, primary: Process): boolean =>
  valkeyHalf.isAttached(process, primary) ||
  (process.role._tag === "Replica" && process.role.of === primary.address && process.role.link === "syncing");

const isUnheard = (valkey: Valkey, process: Process, primary: Process): boolean =>
  process !== primary && (process.hung || !valkeyHalf.isOpen(valkey, process.address, primary.address));

export const pings = (state: Believed, lately: Believed): readonly Valkey[] => {
  const { valkey } = state;
  return valkey.processes.flatMap((primary) => {
    if (
      !valkeyHalf.isPrimary(primary) ||
      primary.hung ||
      !lately.valkey.processes.some((process) => isListed(process, primary) || isUnheard(valkey, process, primary))
    )
      return [];
    const isLevel = (process: Process): boolean =>
      (process.replid === primary.replid && process.offset === primary.offset) ||
      (process.before?.replid === primary.replid && process.before.upTo === primary.offset);
    const heard = hearing(state, primary);
    const leaves = valkey.processes.some((process) => process !== primary && isLevel(process) && !heard.includes(process));
    return leaves ? [valkeyHalf.withProcess(valkey, { ...primary, offset: primary.offset + 1n })] : [];
  });
};
