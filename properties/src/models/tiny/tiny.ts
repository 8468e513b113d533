// Worlds so small that each is searched to its end in a fraction of a second, with everything that core decides in it summed up. What is
// promised is judged first, as in the large models. The sum and the counts prove no promise: they tell that *some* decision is no longer what it
// was, in whichever of the states that can be reached. Whoever changes behaviour on purpose writes them anew (tiny/write.ts) and says why.
import { exploreFair } from "../../explore/fair.ts";
import { always } from "../../explore/model.ts";
import type { Eventually, Safety } from "../../explore/model.ts";
import { FAIRNESS, LIVENESS_KEPT } from "../../specification/liveness.ts";
import { SAFETY } from "../../specification/safety.ts";
import { FO_10, FO_4, LV_1_TOLD } from "../../specification/stale.ts";
import { nothingYet, scenario, settledWorld } from "../../world/begin.ts";
import { compactModel } from "../../world/compact.ts";
import type { Core } from "../../world/operator.ts";
import type { Scenario, Step, World } from "../../world/world.ts";

export type Tiny = {
  readonly name: string;
  readonly scenario: Partial<Scenario>;
  readonly begins?: "with nothing" | "settled";
  /** What somebody did before anything else happens. */
  readonly before?: (world: World) => World;
  readonly safety?: readonly Safety<World, Step>[];
  readonly liveness?: readonly Eventually<World>[];
};

export type Sum = {
  readonly states: number;
  readonly transitions: number;
  /** Of all decisions in all states, but for the texts that people read: those have laws of their own. */
  readonly decisions: string;
};

export type Searched = Sum & {
  /** Promises that do not hold, in sentences. */
  readonly broken: readonly string[];
  /** In how many states each is what core has decided: an action by its name, a wait with its reason. */
  readonly met: ReadonlyMap<string, number>;
};

/** `expected` bounds the search: what changed may have made the world a larger one, and not without an end. */
export const searchTiny = (tiny: Tiny, core: Core, expected?: Sum): Searched => {
  const setting = { core, scenario: scenario({ early: [], ...tiny.scenario, name: tiny.name }) };
  const begun = tiny.begins === "with nothing" ? nothingYet(setting) : settledWorld(setting);
  const decisions = new Decisions();
  const properties = [...(tiny.safety ?? [...SAFETY, FO_4, FO_10]), always<World>("decisions", (world) => decisions.see(world))];
  const bounds = { maxStates: 2 * (expected?.states ?? 10_000) };
  const model = compactModel(setting, tiny.before?.(begun) ?? begun);
  const { states, transitions, complete, violations, lassos } = exploreFair(
    model,
    tiny.liveness ?? [...LIVENESS_KEPT, LV_1_TOLD],
    FAIRNESS,
    properties,
    bounds,
  );
  const broken = [
    ...violations.map(({ property, message, trace }) => `${property}: ${message} (${trace.steps.length} steps)`),
    ...lassos.map(
      ({ property, stem, round }) => `${property}: broken for ever in a round of ${round.length} steps after ${stem.steps.length}`,
    ),
    ...(complete || violations.length > 0 ? [] : [`more than ${states - 1} states, and no end`]),
  ];
  return { broken, states, transitions, decisions: decisions.sum, met: decisions.met };
};

// --- Decisions ------------------------------------------------------------------------------------------------------------

const FOR_PEOPLE = new Set(["detail", "message", "manifest"]);
const plain = (field: string, value: unknown): unknown =>
  FOR_PEOPLE.has(field) ? undefined : typeof value === "bigint" ? String(value) : value;

class Decisions {
  readonly met = new Map<string, number>();
  readonly #hashes = new Map<object, number>();
  #sum = 0;

  get sum(): string {
    return this.#sum.toString(16).padStart(8, "0");
  }

  /** Looks at a state, and has no objection. An action that is under way was decided, whatever else was since. */
  see({ operator: { decision, memory }, team }: World): undefined {
    const [acting] = memory.inFlight;
    const name = acting?.action._tag ?? ("because" in decision ? `${decision._tag} ${decision.because}` : decision._tag);
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
    const all = [decision, ...memory.inFlight.map(({ action }) => action), ...(team === undefined ? [] : [team.second.decision])];
    for (const one of all) this.#sum = (this.#sum + this.#hashOf(one)) >>> 0;
    return undefined;
  }

  #hashOf(decision: object): number {
    const known = this.#hashes.get(decision);
    if (known !== undefined) return known;
    let hash = 0x811c9dc5;
    for (const char of JSON.stringify(decision, plain)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    this.#hashes.set(decision, hash);
    return hash;
  }
}
