// How many states and transitions each model has, exactly. Written by `cli.ts --write-counts`; a commit that changes a number
// says why behaviour changed.

export type Counts = { readonly states: number; readonly transitions: number };

// the counts
export const COUNTS: { readonly [model: string]: Counts } = {};
