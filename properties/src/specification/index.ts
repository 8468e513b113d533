export * from "./safety.ts";
export * from "./liveness.ts";
export * from "./lasting.ts";
export * from "./choice.ts";
export * from "./stale.ts";
export * from "./witnesses.ts";
export * from "./leaders.ts";
export * from "./antecedents.ts";
