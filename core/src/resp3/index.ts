// The second door of the package: RESP2 and RESP3, and readers for what an operator asks a server. Knows nothing of Kubernetes, and
// nothing of sockets: bytes in, values out, and the other way round.

export { examples } from "./commands/examples.ts";
export * as commands from "./commands/index.ts";
export { decode, type Decoded, isBetweenMessages } from "./decode.ts";
export { initialOutput, type Output } from "./encode-block.ts";
export {
  type Argument,
  type Command,
  encodeCommand,
  encodeCommands,
  prepare,
  type Prepared,
  repliesTo,
  type Request,
  write,
  type Written,
} from "./encode.ts";
export { encode, type Unencodable } from "./encode-value.ts";
export { defaultLimits, describe, type Failure, type Limits, type Reason } from "./failure.ts";
export type { Result } from "../result.ts";
export type { PayloadKind } from "./payload.ts";
export { initial, type IntegerKind, type State } from "./state.ts";
export { type Outcome as StrictnessOutcome, type Row as StrictnessRow, strictness } from "./strictness.ts";
export { bytesOf, type InvalidUtf8, shown, text } from "./text.ts";
export {
  bare,
  type Bare,
  type Bytes,
  type Entry,
  type Message,
  type Payload,
  type Push,
  type Text,
  type Value,
  type Window,
} from "./value.ts";
export { windowBytes, windowText } from "./window.ts";
export { type AclLine, type AclRules, type AclUser, readAclList, readAclUser, readAclUsers, readAclWhoami } from "./replies/acl.ts";
export { type Client, readClientId, readClients, readKilled } from "./replies/client.ts";
export { type ErrorKind, errorReply, type ErrorReply } from "./replies/error-reply.ts";
export { type FailoverRefusal, type NotFailedOver, readFailover } from "./replies/failover.ts";
export { type Hello, readHello } from "./replies/hello.ts";
export {
  type FailoverState,
  infoReplication,
  type InfoReplica,
  type InfoReplication,
  readInfoReplication,
} from "./replies/info-replication.ts";
export { type InfoFields, infoScan, type NumberedField, numberedFields } from "./replies/info.ts";
export { readOk } from "./replies/ok-reply.ts";
export { bytesIn, decimal, entriesOf, fieldsOf, integerOf, itemsOf, type NotRead, textOf, textsOf } from "./replies/reading.ts";
export { type Link, readRole, type Role, type RoleReplica } from "./replies/role.ts";
export { type OnDisk, readWait, readWaitAof } from "./replies/wait.ts";
