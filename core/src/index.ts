export * from "./cluster.ts";
export * from "./decision.ts";
export * from "./event.ts";
export * from "./json.ts";
export * from "./observation.ts";
export * from "./record.ts";
export * from "./result.ts";
export * from "./units.ts";
