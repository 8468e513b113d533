// The command line of the spec check. What cannot be understood is refused by name, with what is allowed, before anything runs.
import { parseArgs } from "node:util";
import { CATALOGUE, PROMISES, idOf } from "../catalogue.ts";

export const HELP = `gungnir-properties: the specification of Gungnir, checked on the core that runs

  (nothing)         the models of every day, the laws, and each known failure put back in by its quickest killer
  --quick           the small models and few cases of each law, and the known failures that a model finds:
                    under a minute on two cores
  --deep            the large models, every test that the catalogue names, and all killers of each mutant
  --large           the worlds of millions of states as well, by all cores (hours; or --max-states)
  --max-states N    no more of each large model: what lies beyond is said to be unsearched, and is no failure
  --unreduced       without any reduction: what is left out or put together elsewhere because it makes no difference; with
                    --model NAME, or for all (larger by half to several times; the verdicts have to be the same)
  --property ID     only what judges this one: an id of the catalogue (FO-5), or a promise (S3, L1)
  --model NAME      only this model, without laws and mutants
  --seed N          for everything drawn: the laws' cases and the simulated runs (default 20261122)

  --replay FILE     run again what broke: a file of --json, or a regression (properties/src/regressions/kept.ts, with :NUMBER)
  --witness ID      show how the situation is reached that a property speaks of, or a witness by its name
  --html FILE       what --replay and --witness show, or the first counterexample found, as a page: a lane for each process
  --json FILE       { seed, properties: [{ id, says, technique, verdict, cases, seconds, witness, mutants, unasked }],
                      mutants: [{ id, what, killers }], models: [{ name, states, transitions, seconds, verdict }],
                      counterexamples: [{ model, property, message, steps, round }] }
  --core PATH       a core of your own: a module that exports step, or byMerit for another order of promotion (models only)
  --trace FILE      replay a trace of a real operator: every decision has to follow from what was heard, and all of it be possible

  --theorems        the theorems of the original Lean development, each with what stands in its place, and its verdict
  --catalogue       the whole catalogue: each id, its sentence, and where it is checked
  --faults          each fault that the world contains, with the phases of the protocol in which the models met it (with --quick, --deep)
  --no-mutants      without the known failures
  --no-tests        models only: no laws, no mutants that need them
  --write-counts    accept the counts of this run as the expected ones
  --write-readme    write the tables of the README from the catalogue
  --help

Ends with 0 if everything is as promised, with 1 if something is not, with 2 if it was not asked properly.
`;

const text = { type: "string" } as const;
const yes = { type: "boolean", default: false } as const;
const OPTIONS = {
  quick: yes,
  deep: yes,
  large: yes,
  unreduced: yes,
  "max-states": text,
  property: text,
  model: text,
  seed: text,
  replay: text,
  witness: text,
  html: text,
  json: text,
  core: text,
  trace: text,
  theorems: yes,
  catalogue: yes,
  faults: yes,
  "no-mutants": yes,
  "no-tests": yes,
  "write-counts": yes,
  "write-readme": yes,
  help: yes,
} as const;

export type Options = {
  readonly depth: "quick" | "daily" | "deep";
  readonly isLarge: boolean;
  readonly isUnreduced: boolean;
  readonly maxStates: number | undefined;
  readonly property: string | undefined;
  readonly model: string | undefined;
  readonly seed: number;
  readonly replay: string | undefined;
  readonly witness: string | undefined;
  readonly html: string | undefined;
  readonly json: string | undefined;
  readonly core: string | undefined;
  readonly trace: string | undefined;
  readonly shows: "theorems" | "catalogue" | "faults" | "help" | undefined;
  readonly mutants: boolean;
  readonly tests: boolean;
  readonly writes: "counts" | "readme" | undefined;
};

/** The command line cannot be understood: the message says what it is and what is allowed. */
export class Misasked extends Error {}

const SEED = 20_261_122;

export const readOptions = (args: readonly string[]): Options => {
  const values = parsed(args);
  const { quick, deep, property, model, replay, witness, html, core } = values;
  if (quick && deep) throw new Misasked("--quick and --deep exclude each other; choose one");
  if (property !== undefined) known(property);
  if (model !== undefined && property !== undefined)
    throw new Misasked("--model and --property exclude each other; --property chooses the models that judge it");
  const isNarrow = model !== undefined || core !== undefined;
  return {
    isLarge: values.large,
    isUnreduced: values.unreduced,
    maxStates: values["max-states"] === undefined ? undefined : wholeIn("max-states", values["max-states"]),
    depth: quick ? "quick" : deep ? "deep" : "daily",
    property,
    model,
    seed: values.seed === undefined ? SEED : wholeIn("seed", values.seed),
    replay,
    witness,
    html,
    json: values.json,
    core,
    trace: values.trace,
    shows: values.help ? "help" : values.theorems ? "theorems" : values.catalogue ? "catalogue" : values.faults ? "faults" : undefined,
    mutants: !values["no-mutants"] && !isNarrow,
    tests: !values["no-tests"] && model === undefined && core === undefined,
    writes: values["write-counts"] ? "counts" : values["write-readme"] ? "readme" : undefined,
  };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (problem) {
    throw new Misasked(problem instanceof Error ? problem.message : String(problem));
  }
};

const wholeIn = (flag: string, given: string): number => {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Misasked(`--${flag} is ${JSON.stringify(given)}; allowed is a whole number from 0 to 999999999`);
};

const known = (id: string): void => {
  const ids = [...CATALOGUE, ...PROMISES].map((one) => one.id);
  if (ids.includes(idOf(id))) return;
  const family = ids.filter((one) => one.startsWith(id.replace(/-?\d*$/, ""))).slice(0, 40);
  const allowed =
    family.length === 0 || family.length === ids.length ? "an id like FO-5, SD-1, S3 or L1 (--catalogue shows all)" : family.join(", ");
  throw new Misasked(`--property ${JSON.stringify(id)} is no id of the catalogue; allowed: ${allowed}`);
};

/** The ids that are asked for: a promise stands for those behind it. */
export const idsOf = (property: string): readonly string[] => PROMISES.find((one) => one.id === property)?.ids ?? [property];
