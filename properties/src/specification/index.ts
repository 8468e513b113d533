export * from "./safety.ts";
export * from "./liveness.ts";
export * from "./witnesses.ts";
export * from "./antecedents.ts";
