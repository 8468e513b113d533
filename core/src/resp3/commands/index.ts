// Commands as functions: what cannot be a command does not type-check. Left out on purpose is whatever changes how many replies come
// (SUBSCRIBE, MONITOR, CLIENT REPLY): a connection that matches replies to requests in order must not send it.

export type { AtLeastOne, Endpoint, Octets } from "./arguments.ts";
export * from "./acl.ts";
export * from "./connection.ts";
export * from "./functions.ts";
export * from "./keys.ts";
export * from "./replication.ts";
export * from "./server.ts";
export * from "./transactions.ts";
