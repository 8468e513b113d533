// A part of a search that several threads share: each state belongs to one shard, told by the state itself. A shard takes the
// steps out of its own states, keeps those that lead to its own, and hands the others over in one batch a level; so the levels
// stay those of a search breadth first, and what is counted does not depend on who was faster.
import { Fingerprints } from "./fingerprints.ts";
import { Labels } from "./labels.ts";
import type { Eventually, Fairness, Model, Property } from "./model.ts";
import { Numbers } from "./numbers.ts";

/** How states travel between threads. */
export type Portable<State> = {
  /** To whom a state belongs, the same in every thread; taken modulo the number of shards. */
  readonly owner: (state: State) => number;
  /** A message that can be copied between threads; it may build on what was sent to `to` before. */
  readonly write: (to: number, states: readonly State[]) => unknown;
  readonly read: (from: number, message: unknown) => readonly State[];
};

/** Everything a shard must know; every thread makes its own. */
export type Task<State, Step> = {
  readonly model: Model<State, Step>;
  readonly portable: Portable<State>;
  readonly properties: readonly Property<State, Step>[];
  readonly promises: readonly Eventually<State>[];
  readonly fairness: Fairness<Step>;
};

/** States for another shard, and of each the global number of the state and the index of the step that it comes from. */
export type Batch = { readonly states: unknown; readonly parents: Int32Array; readonly vias: Int32Array };

/** What was seen of a property: violated in a state or, with `via`, by a step out of it; or, without a message, witnessed. */
export type Sighting = {
  readonly property: string;
  readonly message: string | undefined;
  /** Number of the state among all shards'. */
  readonly state: number;
  readonly via: number | undefined;
};

/** The graph as far as a shard knows it. Numbers of states are global: the local one times the shards, and the shard. */
export type ShardGraph = {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly labels: Int32Array;
  readonly labelNames: readonly string[];
  readonly goals: Int32Array;
  readonly parents: Int32Array;
  readonly vias: Int32Array;
  /** How many states there were when each level was complete. */
  readonly levels: readonly number[];
};

export const NO_PARENT = -1;

export class Shard<State, Step> {
  readonly #task: Task<State, Step>;
  readonly #me: number;
  readonly #shards: number;
  readonly #seen = new Fingerprints();
  readonly #parents = new Numbers();
  readonly #vias = new Numbers();
  readonly #goals = new Numbers();
  readonly #offsets = new Numbers();
  readonly #targets = new Numbers();
  readonly #labels = new Numbers();
  readonly #names: Labels;
  /** States of others, in the order in which they were met. */
  readonly #others = new Fingerprints();
  /** Of each its global number, or, while it is not known, minus one minus its place in the batch. */
  readonly #foreign = new Numbers();
  readonly #out: { states: State[]; met: number[]; parents: number[]; vias: number[] }[];
  readonly #keyOf: (state: State) => string | readonly number[];
  /** Edges whose target has no number yet: the edge, the shard, the place in its batch. */
  #open: (readonly [edge: number, shard: number, place: number])[] = [];
  #frontier: State[] = [];
  #next: State[] = [];
  #levels: number[] = [];
  #sightings: Sighting[] = [];
  #unseen: readonly Property<State, Step>[];
  #transitions = 0;
  /** Where nothing is promised for ever, nobody asks how states hang together. */
  readonly #keepsEdges: boolean;

  constructor(task: Task<State, Step>, me: number, shards: number) {
    this.#task = task;
    this.#names = new Labels(task.model.name);
    this.#me = me;
    this.#shards = shards;
    this.#unseen = task.properties;
    this.#keyOf = task.model.numbers ?? task.model.key;
    this.#keepsEdges = task.promises.length > 0;
    this.#out = Array.from({ length: shards }, () => ({ states: [], met: [], parents: [], vias: [] }));
    for (const [index, state] of task.model.initial.entries()) {
      if (this.#ownerOf(state) === me) this.#meet(state, NO_PARENT, index);
    }
    this.#close();
  }

  get progress(): {
    readonly states: number;
    readonly transitions: number;
    readonly frontier: number;
    readonly sightings: readonly Sighting[];
  } {
    return { states: this.#seen.size, transitions: this.#transitions, frontier: this.#frontier.length, sightings: this.#sightings };
  }

  /** Takes every step out of the present level; gives what belongs to each of the others. */
  expand(): readonly Batch[] {
    const { model, portable } = this.#task;
    const first = this.#seen.size - this.#frontier.length;
    for (const [place, from] of this.#frontier.entries()) {
      this.#offsets.push(this.#targets.length);
      for (const [via, step] of model.steps(from).entries()) this.#take(from, first + place, via, step);
    }
    return this.#out.map(({ states, parents, vias }, shard) => ({
      states: states.length === 0 ? undefined : portable.write(shard, states),
      parents: Int32Array.from(parents),
      vias: Int32Array.from(vias),
    }));
  }

  /** Takes over what another shard found; the global numbers of these states. */
  accept(from: number, { states, parents, vias }: Batch): Int32Array {
    if (states === undefined) return new Int32Array(0);
    return Int32Array.from(this.#task.portable.read(from, states), (state, place) =>
      this.#global(this.#meet(state, parents[place] ?? NO_PARENT, vias[place] ?? 0)),
    );
  }

  /** The numbers that the states of each batch were given; ends the level. */
  finish(numbers: readonly Int32Array[]): void {
    for (const [edge, shard, place] of this.#open) this.#targets.set(edge, numbers[shard]?.[place] ?? 0);
    this.#open = [];
    for (const [shard, out] of this.#out.entries()) {
      for (const [place, other] of out.met.entries()) this.#foreign.set(other, numbers[shard]?.[place] ?? 0);
      this.#out[shard] = { states: [], met: [], parents: [], vias: [] };
    }
    this.#close();
  }

  graph(): ShardGraph {
    this.#offsets.push(this.#targets.length);
    return {
      offsets: this.#offsets.all(),
      targets: this.#targets.all(),
      labels: this.#labels.all(),
      labelNames: this.#names.names,
      goals: this.#goals.all(),
      parents: this.#parents.all(),
      vias: this.#vias.all(),
      levels: this.#levels,
    };
  }

  #take(from: State, id: number, via: number, step: Step): void {
    const { model } = this.#task;
    const to = model.next(from, step);
    this.#transitions++;
    for (const property of this.#unseen) {
      const message = property._tag === "AlwaysNext" ? property.violation(from, step, to) : undefined;
      if (message !== undefined) this.#saw(property, message, id, via);
    }
    const target = this.#targetOf(to, id, via);
    if (!this.#keepsEdges) return;
    this.#targets.push(target);
    this.#labels.push(this.#names.of(this.#task.fairness(step)));
  }

  /** The global number of a state, where it has one already. */
  #targetOf(to: State, id: number, via: number): number {
    const shard = this.#ownerOf(to);
    if (shard === this.#me) return this.#global(this.#meet(to, this.#global(id), via));
    const out = this.#out[shard];
    if (out === undefined) throw new RangeError(`shard ${shard} of ${this.#shards}`);
    const met = this.#others.intern(this.#keyOf(to));
    if (met === this.#foreign.length) {
      this.#foreign.push(-1 - out.states.length);
      out.states.push(to);
      out.met.push(met);
      out.parents.push(this.#global(id));
      out.vias.push(via);
    }
    const known = this.#foreign.at(met);
    if (known >= 0) return known;
    const place = -1 - known;
    if (this.#keepsEdges) this.#open.push([this.#targets.length, shard, place]);
    return 0;
  }

  /** The local number of a state of this shard; a new one is looked at and will be expanded. */
  #meet(state: State, parent: number, via: number): number {
    const size = this.#seen.size;
    const id = this.#seen.intern(this.#keyOf(state));
    if (id < size) return id;
    this.#next.push(state);
    this.#parents.push(parent);
    this.#vias.push(via);
    this.#goals.push(this.#task.promises.reduce((bits, promise, index) => bits | (promise.goal(state) ? 1 << index : 0), 0));
    for (const property of this.#unseen) {
      if (property._tag === "Sometimes") {
        if (property.witness(state)) this.#saw(property, undefined, id, undefined);
      } else if (property._tag === "Always") {
        const message = property.violation(state);
        if (message !== undefined) this.#saw(property, message, id, undefined);
      }
    }
    return id;
  }

  #saw(property: Property<State, Step>, message: string | undefined, id: number, via: number | undefined): void {
    this.#sightings.push({ property: property.id, message, state: this.#global(id), via });
    this.#unseen = this.#unseen.filter((other) => other !== property);
  }

  #close(): void {
    this.#frontier = this.#next;
    this.#next = [];
    this.#levels.push(this.#seen.size);
  }

  #ownerOf(state: State): number {
    return this.#task.portable.owner(state) % this.#shards;
  }

  #global(id: number): number {
    return id * this.#shards + this.#me;
  }
}
