// What one theorem of the original Lean development is, and what stands in its place here.

/**
 * M: meaningful, and about code that runs. D: true, of code that never runs or of no operator at all. T: trivially true. A: assumes what it
 * concludes. An axiom is assumed and nothing depends on it.
 */
export type Worth = "M" | "D" | "T" | "A" | "axiom";

export type Theorem = {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly worth: Worth;
  /** What it states, in a few words of ours. */
  readonly states: string;
  /** Our properties that say what its name promises. None: there is nothing behind the name to be said of us. */
  readonly ids: readonly string[];
};

type Make = (line: number, name: string, worth: Worth, states: string, ids: string) => Theorem;

export const theoremsOf = (file: string, list: (theorem: Make) => readonly Theorem[]): readonly Theorem[] =>
  list((line, name, worth, states, ids) => ({ file, line, name, worth, states, ids: ids.split(" ").filter((id) => id !== "") }));
