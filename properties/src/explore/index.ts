export * from "./model.ts";
export * from "./explore.ts";
export * from "./fair.ts";
export * from "./random.ts";
export * from "./shrink.ts";
export * from "./replay.ts";
export * from "./print.ts";
export * from "./key-law.ts";
