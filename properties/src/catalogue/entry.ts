// What one line of the catalogue is: a sentence, and where it is looked after. A line without a check there is none.

/** Where a property is judged. `name` stands in the file: an id, or the title of a test. */
export type Check =
  /** A property of `specification/`, judged in every state or step of the models that ask for it. */
  | { readonly by: "model"; readonly property: string }
  | { readonly by: "test"; readonly technique: Technique; readonly file: string; readonly name: string };

/** P generated cases, C core driven by hand through a story, E worked examples, I real processes and servers, F fuzzing, D a second opinion. */
export type Technique = "P" | "C" | "E" | "I" | "F" | "D" | "X";

export type Entry = {
  readonly id: string;
  readonly says: string;
  readonly checks: readonly Check[];
  /** What its checks leave open, where that is more than the bounds of every model. */
  readonly scope?: string;
};

export const entry = (id: string, says: string, ...checks: readonly Check[]): Entry => ({ id, says, checks });
export const limited = (scope: string, one: Entry): Entry => ({ ...one, scope });
export const model = (property: string): Check => ({ by: "model", property });
const test =
  (technique: Technique, folder: string, suffix = ".test.ts") =>
  (file: string, name: string): Check => ({ by: "test", technique, file: `${folder}${file}${suffix}`, name });

export const law = test("P", "properties/src/laws/");
export const searched = test("X", "properties/src/models/");
export const driven = test("C", "properties/src/regressions/driven-");
export const specified = test("E", "properties/src/");
export const worked = test("E", "core/src/");
export const fuzzed = test("F", "properties/src/fuzz/", ".ts");
export const shell = test("I", "shell/src/");
export const real = test("I", "shell/integration/");
export const scenario = test("I", "shell/integration/scenarios/");
/** Two independent writings of one rule, compared. */
export const compared = test("D", "shell/integration/");
