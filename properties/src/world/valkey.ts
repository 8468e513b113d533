/** The Valkey half of the world by itself: what a process is and does, without Kubernetes and without an operator around it. */
export * from "./process.ts";
export * from "./replication.ts";
export * from "./roles.ts";
export * from "./handover.ts";
export * from "./pause.ts";
export * from "./commands.ts";
