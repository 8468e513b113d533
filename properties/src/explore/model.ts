// What the engine explores, and what it can be asked. A model is four things and nothing else: where it begins, what can
// happen, what happens then, and when two states are the same. The engine knows nothing of the field the model is from.

export type Model<State, Step> = {
  readonly name: string;
  readonly initial: readonly State[];
  /** Every step enabled in `state`, in an order that depends on nothing but `state`. */
  readonly steps: (state: State) => readonly Step[];
  /** Never mutates `state`. */
  readonly next: (state: State, step: Step) => State;
  /** Equal keys promise equal futures: `checkKey` puts that promise to the test. */
  readonly key: (state: State) => string;
  /** The key as whole numbers of 32 bits, where that is quicker: equal ones for equal keys, others for others. */
  readonly numbers?: (state: State) => readonly number[];
  /** One line for people; `before` is the state it is taken in, where that is known. */
  readonly describe: (step: Step, before?: State) => string;
  /** The columns of a trace printed as a table. */
  readonly show: (state: State) => Readonly<Record<string, string>>;
  /** The kind of fault a step is, if it is one: what a swarm switches off, and what fairness never demands. */
  readonly fault: (step: Step) => string | undefined;
};

/** Holds in every reachable state. `violation` says what is wrong, or nothing. */
export type Always<State> = {
  readonly _tag: "Always";
  readonly id: string;
  readonly violation: (state: State) => string | undefined;
};

/** Holds of every reachable transition. */
export type AlwaysNext<State, Step> = {
  readonly _tag: "AlwaysNext";
  readonly id: string;
  readonly violation: (before: State, step: Step, after: State) => string | undefined;
};

/** A witness: some reachable state is like this. Guards the specification against being empty. */
export type Sometimes<State> = {
  readonly _tag: "Sometimes";
  readonly id: string;
  readonly witness: (state: State) => boolean;
};

export type Safety<State, Step> = Always<State> | AlwaysNext<State, Step>;
export type Property<State, Step> = Safety<State, Step> | Sometimes<State>;

/**
 * A promise about infinite runs. "Infinitely often" demands that the goal is met again and again; "eventually always" that
 * from some point on it is never left.
 */
export type Eventually<State> = {
  readonly _tag: "Eventually";
  readonly id: string;
  readonly form: "infinitely often" | "eventually always";
  readonly goal: (state: State) => boolean;
};

/** Weak fairness: what stays enabled is at some time done. Steps of one label are one action; undefined is owed nothing. */
export type Fairness<Step> = (step: Step) => string | undefined;

export const always = <State>(id: string, violation: (state: State) => string | undefined): Always<State> => ({
  _tag: "Always",
  id,
  violation,
});

export const alwaysNext = <State, Step>(
  id: string,
  violation: (before: State, step: Step, after: State) => string | undefined,
): AlwaysNext<State, Step> => ({ _tag: "AlwaysNext", id, violation });

export const sometimes = <State>(id: string, witness: (state: State) => boolean): Sometimes<State> => ({ _tag: "Sometimes", id, witness });

export const eventually = <State>(id: string, form: Eventually<State>["form"], goal: (state: State) => boolean): Eventually<State> => ({
  _tag: "Eventually",
  id,
  form,
  goal,
});
