/** The specification as a library: the engine, the world, the promises, and the models that are asked. */
export * from "./explore/index.ts";
export * from "./specification/index.ts";
export * from "./models/index.ts";
export { ask, modelOf, question, type Question } from "./models/question.ts";
export { askAndReport, CORE, propertyReports, type ModelReport, type PropertyReport } from "./check.ts";
export { CATALOGUE, entryOf, PROMISES, type Check, type Entry, type Promised } from "./catalogue.ts";
export { THEOREMS, type Theorem } from "./theorems.ts";
export { conform, type Conformance, type Problem as TraceProblem } from "./trace/conform.ts";
export type { Core } from "./world/operator.ts";
export type { Scenario, Step, World } from "./world/world.ts";
export * as valkeyHalf from "./world/valkey.ts";
