// The second door of the package: RESP2 and RESP3, and readers for what an operator asks a server. Knows nothing of Kubernetes, and
// nothing of sockets: bytes in, values out, and the other way round.

export { decode, type Decoded, isBetweenMessages } from "./decode.ts";
export { type Argument, type Command, encode, encodeCommand, encodeCommands, type Unencodable } from "./encode.ts";
export { defaultLimits, describe, type Failure, type Limits, type Reason } from "./failure.ts";
export type { Result } from "../result.ts";
export { initial, type State } from "./state.ts";
export { type Outcome as StrictnessOutcome, type Row as StrictnessRow, strictness } from "./strictness.ts";
export { bytesOf, type InvalidUtf8, shown, text } from "./text.ts";
export { bare, type Bare, type Entry, type Message, type Push, type Value } from "./value.ts";
export { type ErrorKind, errorReply, type ErrorReply } from "./replies/error-reply.ts";
export { type Hello, readHello } from "./replies/hello.ts";
export { infoReplication, type InfoReplica, type InfoReplication, readInfoReplication } from "./replies/info-replication.ts";
export { type InfoFields, infoScan, numberedFields } from "./replies/info.ts";
export { bytesIn, decimal, entriesOf, integerOf, itemsOf, type NotRead, textOf } from "./replies/reading.ts";
export { type Link, readRole, type Role, type RoleReplica } from "./replies/role.ts";
export { readWait } from "./replies/wait.ts";
