// What was found against a mutant that was drawn, as it passes from the process that searches to the one that tells.

export type Broken = {
  readonly property: string;
  readonly message: string;
  readonly steps?: number | undefined;
  readonly isLasso?: boolean;
};

export type Killer = Broken & { readonly where: string };

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

/** A law, or a run that is kept, that no longer holds. */
export type Failure = { readonly file: string; readonly title: string; readonly message: string; readonly isCrash: boolean };

/** The parse edges: a line that the searching process wrote, and one of the process that runs the laws. */
export const searchIn = (line: string): Search | undefined => {
  const value = parsed(line);
  return isSearch(value) ? value : undefined;
};
export const failureIn = (line: string): Failure | undefined => {
  const value = parsed(line);
  return isFailure(value) ? value : undefined;
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // it was stopped in the middle of a line, or a test said something
  }
};

const isSearch = (value: unknown): value is Search =>
  typeof value === "object" && value !== null && "where" in value && "found" in value && Array.isArray(value.found);
const isFailure = (value: unknown): value is Failure =>
  typeof value === "object" && value !== null && "file" in value && "title" in value && "message" in value && "isCrash" in value;

/** `null`: it was looked for and not found. */
export type Known = { readonly patch: string; readonly killer: Killer | null };

/** What an earlier run kept. */
export const keptIn = (lines: string): readonly Known[] =>
  lines.split("\n").flatMap((line) => {
    const value = parsed(line);
    return isKnown(value) ? [value] : [];
  });
const isKnown = (value: unknown): value is Known =>
  typeof value === "object" && value !== null && "patch" in value && "killer" in value && typeof value.killer === "object";
