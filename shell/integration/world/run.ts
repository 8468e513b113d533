// One script on both sides: each step is taken by the model and by the servers, its endings compared, and then the servers are
// looked at until some state of the model explains all they say, twice in a row. When none does for long, they differ.
import { setTimeout as sleep } from "node:timers/promises";
import { valkeyHalf } from "@gungnir/properties";
import { acknowledged, type Believed, beginning, type Ending, processOf, take } from "./believed.ts";
import { isApplicable } from "./applicable.ts";
import { type Belief, match, type Observed } from "./matching.ts";
import { describeStep, type Name, NAMES, type Script, type Step, subjectOf } from "./step.ts";
import type { Trial } from "./trial.ts";
import { keyOf, pings, unfold } from "./unfolding.ts";
import { witnessed } from "./witnesses.ts";

/** A link is tried anew every second, a silent replica noticed after three: this is long even for a busy machine. */
export const PATIENCE_MS = 20_000;
const BETWEEN_MS = 15;
/**
 * A primary streams after a full sync when it hears an acknowledgement, and the replica's first one comes before the primary knows of the end of its
 * own child (measured: up to 50 ms): then it is the next that counts, a second later. Until then INFO says "online", and what is written waits at
 * the primary; the model knows nothing of that second.
 */
const STREAMING_MS = 1_200;

export type Difference = { readonly step: number; readonly about: string; readonly differences: readonly string[] };
export type Ran = {
  readonly taken: readonly Step[];
  readonly difference: Difference | undefined;
  /** The most states of the model that what the servers said left possible. */
  readonly beliefs: number;
  readonly witnesses: ReadonlySet<string>;
};
/** The next step of a script; undefined at its end. */
export type Next = (state: Believed, taken: readonly Step[]) => Step | undefined;

/** Runs a script; a step that means nothing where it stands is left out. `next` may also make up the script as it goes. */
export const runScript = async (trial: Trial, next: Next, patienceMs = PATIENCE_MS): Promise<Ran> => {
  let beliefs: readonly Belief[] = [{ state: beginning(), names: [] }];
  let most = 1;
  const taken: Step[] = [];
  const witnesses = new Set<string>();
  let links = new Map<string, number>();
  const ran = (difference?: Omit<Difference, "step">): Ran => ({
    taken,
    beliefs: most,
    witnesses,
    difference: difference === undefined ? undefined : { ...difference, step: taken.length },
  });
  for (;;) {
    const [first] = beliefs;
    if (first === undefined) throw new Error("there is always a belief");
    const step = next(first.state, taken);
    if (step === undefined) return ran();
    if (!isApplicable(first.state, step)) continue;
    const ready = isCounted(step) ? await settle(trial, spread(beliefs), "exactly", patienceMs) : undefined;
    if (disturbs(step)) await sleep(Math.max(0, STREAMING_MS - performance.now() + Math.max(0, ...links.values())));
    if (ready?._tag === "Differs") return ran({ about: `before ${describeStep(step)}`, differences: ready.differences });
    taken.push(step);
    const ending = await trial.perform(step, { isAnswered: isAnswered(first.state, step) });
    // A ping may have gone out since.
    const present = spread(ready?.beliefs ?? beliefs);
    const after = present.filter(({ state }) => isApplicable(state, step)).map((belief) => ({ belief, ...take(belief.state, step) }));
    const agreeing = after.filter((one) => isSameEnding(one.belief.state, step, one.ending, ending));
    if (agreeing.length === 0)
      return ran({
        about: describeStep(step),
        differences: [`ending: model ${after.map((one) => wordOf(one.belief.state, step, one.ending)).join(" or ")}, server ${ending}`],
      });
    const settled = await settle(
      trial,
      spread(
        agreeing.flatMap(({ belief, states }) =>
          states.flatMap((state) => [state, ...late(state, belief.state)]).map((state) => ({ ...belief, state })),
        ),
      ),
      "at least",
      patienceMs,
    );
    if (settled._tag === "Differs") return ran({ about: describeStep(step), differences: settled.differences });
    ({ beliefs } = settled);
    const [now] = beliefs;
    if (now !== undefined) {
      links = new Map(linksOf(now.state).map((link) => [link, links.get(link) ?? performance.now()]));
      for (const name of witnessed({ before: first.state, step, ending, after: now.state })) witnesses.add(name);
    }
    most = Math.max(most, beliefs.length);
  }
};

/** A given script. */
export const follow = (script: Script): Next => {
  let at = 0;
  return () => script[at++];
};

/** What may keep bytes of a link from arriving, which have to be sent before. */
const disturbs = ({ _tag }: Step): boolean => _tag === "Hang" || _tag === "Cut" || _tag === "Stall" || _tag === "Crash";

const linksOf = ({ valkey }: Believed): readonly string[] =>
  valkey.processes.flatMap((process) => {
    const source = valkeyHalf.sourceOf(valkey, process);
    return source !== undefined && valkeyHalf.isAttached(process, source) ? [`${process.pod} of ${source.pod}`] : [];
  });

/** Who hangs is silent, and who is paused is silent to writes and to what stands behind one. */
const isAnswered = ({ valkey }: Believed, step: Step): boolean => {
  const subject = subjectOf(step);
  const process = subject === undefined ? undefined : processOf(valkey, subject);
  if (process === undefined) return true;
  return (
    !process.hung &&
    !valkeyHalf.isBlocked(process) &&
    !(isCounted(step) && valkeyHalf.isPaused(process) && valkeyHalf.hasEnoughReplicas(valkey, process))
  );
};

/** `min-replicas` is asked: whoever fell silent has to be noticed before. */
const isCounted = (step: Step): boolean => step._tag === "Write" || step._tag === "Mark";

const isSameEnding = (state: Believed, step: Step, ours: Ending, theirs: Ending): boolean => {
  if (step._tag !== "Wait") return ours === theirs;
  const { least, most } = acknowledged(state, step.at);
  const count = Number(theirs);
  return count >= Math.min(step.replicas, least) && count <= most;
};
const wordOf = (state: Believed, step: Step, ending: Ending): string => {
  const { least, most } = acknowledged(state, subjectOf(step) ?? "a");
  return step._tag === "Wait" ? `${least} to ${most}` : ending;
};

/** With a ping that went out in the very moment of the step. */
const late = (state: Believed, before: Believed): readonly Believed[] => pings(state, before).map((valkey) => ({ ...state, valkey }));

/** Each belief with all the states of rest it may come to, each once. */
const spread = (beliefs: readonly Belief[]): readonly Belief[] => {
  const found = new Map<string, Belief>();
  for (const { state, names } of beliefs)
    for (const rest of unfold([state])) found.set(keyOf(rest) + JSON.stringify(names), { state: rest, names });
  return [...found.values()];
};

type Settled =
  { readonly _tag: "Settled"; readonly beliefs: readonly Belief[] } | { readonly _tag: "Differs"; readonly differences: readonly string[] };

const settle = async (trial: Trial, beliefs: readonly Belief[], counting: "exactly" | "at least", patienceMs: number): Promise<Settled> => {
  const [first] = beliefs;
  const deadline = performance.now() + patienceMs;
  let before: readonly Belief[] = [];
  for (;;) {
    const observed = await trial.observe(first === undefined ? [] : speaking(first.state));
    const now = explaining(beliefs, observed, counting);
    if (now.length > 0 && before.length > 0) return { _tag: "Settled", beliefs: now };
    before = now;
    if (performance.now() > deadline) return { _tag: "Differs", differences: differencesOf(beliefs, observed) };
    await sleep(BETWEEN_MS);
  }
};

const speaking = (state: Believed): readonly Name[] => NAMES.filter((name) => processOf(state.valkey, name)?.hung === false);

const explaining = (beliefs: readonly Belief[], observed: Observed, counting: "exactly" | "at least"): readonly Belief[] =>
  beliefs.flatMap((belief) => {
    const matched = match(belief, observed);
    return matched._tag === "Match" && (counting === "at least" || isCountExact(belief.state, observed)) ? [matched.belief] : [];
  });

const isCountExact = ({ valkey }: Believed, { seen }: Observed): boolean =>
  seen.every(({ name, counted }) => {
    const process = processOf(valkey, name);
    return counted === undefined || process === undefined || counted === valkeyHalf.followers(valkey, process).length;
  });

/** Of the state of the model that comes nearest. */
const differencesOf = (beliefs: readonly Belief[], observed: Observed): readonly string[] => {
  const all = beliefs.flatMap((belief) => {
    const matched = match(belief, observed);
    return matched._tag === "Differs" ? [matched.differences] : [];
  });
  return all.toSorted((one, other) => one.length - other.length)[0] ?? ["what the servers say does not stay for two looks in a row"];
};
