// What a mutant is: a known failure put back in by exchanging text, and what has to notice.
import type { Question } from "../models/question.ts";

/** `file` from the root of the checkout; `find` stands in it exactly once. */
export type Patch = { readonly file: string; readonly find: string; readonly replace: string };

/** What is expected to find it, by the id of the property that it breaks. */
export type Expected =
  /** A search; the property has to be violated by a counterexample of readable length. */
  | { readonly _tag: "Model"; readonly property: string; readonly asked: Question }
  /** A test of this file whose title contains `titled` has to fail, by what it asserts. */
  | { readonly _tag: "Test"; readonly property: string; readonly file: string; readonly titled: string };

export type Mutant = {
  readonly id: string;
  readonly what: string;
  readonly patches: readonly Patch[];
  /** The quickest first: the only one that is tried where there is little time. */
  readonly expected: readonly [Expected, ...Expected[]];
};

export type Killer = {
  readonly property: string;
  readonly by: "model" | "test";
  /** The model, or the file and the title of the test. */
  readonly where: string;
  readonly message: string;
  /** Of the counterexample. */
  readonly steps: number | undefined;
};

export type Kill = {
  readonly mutant: string;
  readonly what: string;
  readonly killers: readonly Killer[];
  /** Expected and not come about, in sentences; empty when everything noticed that should. */
  readonly missing: readonly string[];
  readonly states: number;
};

export const isKilled = (kill: Kill): boolean => kill.killers.length > 0 && kill.missing.length === 0;

/** What was found by one that was expected to, or why it was not. */
export type Trial = { readonly killer: Killer; readonly states: number } | { readonly missing: string; readonly states: number };

// --- How mutants are written down -------------------------------------------------------------------------------------

export const inModel = (property: string, asked: Question): Expected => ({ _tag: "Model", property, asked });
export const byTest =
  (file: string) =>
  (property: string, titled: string): Expected => ({ _tag: "Test", property, file, titled });
/** Of a file of core. */
export const inCore = (file: string, find: string, replace: string): Patch => ({ file: `core/src/${file}`, find, replace });
