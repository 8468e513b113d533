// How many states and transitions each model has, exactly. Written by `cli.ts --write-counts`; a commit that changes a number
// says why behaviour changed.

export type Counts = { readonly states: number; readonly transitions: number };

// the counts
export const COUNTS: { readonly [model: string]: Counts } = {
  "a member dies": { states: 8111, transitions: 14856 },
  "a member dies, streams are slow": { states: 15859, transitions: 28246 },
  "a member hangs": { states: 11162, transitions: 22265 },
  bootstrap: { states: 2042, transitions: 3219 },
  "bootstrap of three, with a death": { states: 9829, transitions: 15294 },
  "bootstrap, operator restarts": { states: 2604, transitions: 3376 },
  "one replica only": { states: 18014, transitions: 21241 },
  "primaries hang and die": { states: 102434, transitions: 139169 },
  "primary cut off": { states: 12547, transitions: 18230 },
  "primary dies": { states: 21177, transitions: 29683 },
  "primary dies, a volume rolled back": { states: 11609, transitions: 14591 },
  "primary dies, answer lost": { states: 863, transitions: 943 },
  "primary dies, delayed": { states: 3042, transitions: 4029 },
  "primary dies, foreign write": { states: 593, transitions: 682 },
  "primary dies, operator restarts": { states: 894, transitions: 1004 },
  "primary dies, request lost": { states: 754, transitions: 832 },
  "primary hangs": { states: 4813, transitions: 7590 },
  "primary leaves": { states: 5134, transitions: 7788 },
  scale: { states: 12859, transitions: 28276 },
  "scaled down in a failover": { states: 33220, transitions: 46802 },
  switchover: { states: 4815, transitions: 9012 },
  "switchover, answer lost": { states: 7674, transitions: 11672 },
  "switchover, crash": { states: 53598, transitions: 71283 },
  "switchover, cut off from the operator": { states: 105112, transitions: 164088 },
  "switchover, delayed": { states: 27336, transitions: 49702 },
  "switchover, hang": { states: 155585, transitions: 251079 },
  "switchover, isolated": { states: 177884, transitions: 281249 },
  "switchover, operator restarts": { states: 6208, transitions: 10021 },
  "switchover, request lost": { states: 8461, transitions: 12907 },
  "switchover, streams slow": { states: 8289, transitions: 15549 },
  "two die": { states: 41737, transitions: 51971 },
  "two hang": { states: 105442, transitions: 147349 },
  "two primaries die": { states: 27904, transitions: 33956 },
  "two primaries die, links at any time": { states: 221846, transitions: 329910 },
};
