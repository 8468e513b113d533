export * from "./kill.ts";
export * from "./mutant.ts";
export * from "./mutants.ts";
export * from "./known/without.ts";
