// What was found against a mutant that was drawn, as it passes from the process that searches to the one that tells.

export type Broken = {
  readonly property: string;
  readonly message: string;
  readonly steps?: number | undefined;
  readonly isLasso?: boolean;
};

export type Search = {
  readonly where: string;
  readonly states: number;
  readonly found: readonly Broken[];
  /** Witnesses that are no longer reached: no counterexample, but not nothing. */
  readonly unseen?: readonly string[];
  /** Whether a model that was searched to its end has as many states and transitions as with core itself. */
  readonly isSame?: boolean;
  /** Why there was no search. */
  readonly problem?: string;
};

/** The parse edge: a line that the searching process wrote. */
export const searchIn = (line: string): Search | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isSearch(value) ? value : undefined;
  } catch {
    return undefined; // it was stopped in the middle of a line
  }
};

const isSearch = (value: unknown): value is Search =>
  typeof value === "object" && value !== null && "where" in value && "found" in value && Array.isArray(value.found);
