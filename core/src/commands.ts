/**
 * A command of core as what is written to the process, and what was answered as an outcome. Everything here may be repeated
 * without another effect. The pieces of one command go out in one write, on a connection that is known to end at the process
 * named (pod UID and run id): Valkey has no condition of its own, so the connection is the condition.
 *
 * One of the pieces *decides*: whether the thing named happened. Where that one was refused the command was; where another
 * one failed beside it, or anything unexpected came back, nobody knows, and the next reading tells.
 */
import { type CommandAnswer, errorOf } from "./answer.ts";
import { replicationUser } from "./cluster.ts";
import type { Command } from "./decision.ts";
import type { Outcome } from "./event.ts";
import { type ClusterName, markCommand } from "./marker.ts";
import { bare, type Command as Written, commands, type ErrorKind, type ErrorReply, itemsOf, textOf, type Value } from "./resp3/index.ts";

export type CommandContext = ClusterName & {
  /** Of every replication user; never in a log, an event or a status. */
  readonly replicationPassword: string;
};

/** What is written for a command, in order, in one piece. */
export const commandsOf = (command: Command, context: CommandContext): readonly Written[] => {
  switch (command._tag) {
    case "Freeze":
      return detaching(command);
    case "Fence":
      // The clients go after the role: one that reconnects at once finds a replica. Not ours, or the answer would be lost.
      return [...detaching(command), closeClients];
    case "Disconnect":
      return [closeClients];
    case "Pause":
      return [commands.clientPause(command.forMs, "WRITE")];
    case "Unpause":
      return [commands.clientUnpause()];
    case "HandOver":
      // It is to follow whom it hands over to, with its own user there. The server waits one millisecond more for what the candidate
      // acknowledges once a second only; that the offsets are equal was seen before.
      return [credentials(command, context), commands.failover({ to: command, timeoutMs: 1, force: true })];
    case "Admit": {
      // Built from nothing each time, so that what somebody else gave this user is gone. SYNC is what an old replica falls back to.
      const rules = ["reset", "on", `>${context.replicationPassword}`, "+ping", "+replconf", "+psync", "+sync"] as const;
      return [commands.aclSetUser(replicationUser(command.member), ...rules)];
    }
    case "Expel":
      return [expelling(command.users)];
    case "Follow":
      // Credentials first: with them alone the process stays where it is, while without them it would knock and be refused.
      return [credentials(command, context), commands.replicaOf(command)];
    case "Promote":
      // The other way round a client could write for a moment without the acknowledgement that WAIT counts on.
      return [minReplicas(command.minReplicas), commands.replicaOfNoOne()];
    case "Configure":
      return [minReplicas(command.minReplicas)];
    case "Mark":
      return [markCommand(command.marker, context)];
  }
};

/** What became of a command: `answers` are those to `commandsOf` of it, in order; fewer than that were not answered. */
export const outcomeOfAnswers = (command: Command, answers: readonly CommandAnswer[]): Outcome => {
  const pieces = commandsOf(command, nobody);
  const failures = pieces.map((_, at) => failureOf(command, at, answers[at]));
  const first = failures.find((failure) => failure !== undefined);
  if (first === undefined) return { _tag: "Done" };
  if (answers.length > 0 && answers.every((answer) => answer._tag === "Refused"))
    return { _tag: "Refused", why: first.why, transient: true };
  // To a process that hangs, a demotion that lies in its socket buffer is as good as one that was answered.
  if (command._tag === "Fence" && failures.every((failure, at) => failure === undefined || isWritten(answers[at]))) return { _tag: "Sent" };
  const decisive = failures[decisiveAt(command)];
  if (decisive?.error !== undefined) return { _tag: "Refused", why: decisive.why, transient: isTransient(decisive.error.kind) };
  return { _tag: "Unknown", why: (decisive ?? first).why };
};

/** The quarantine: an address where nobody listens. Nothing is forgotten, and nobody is served a sync. */
const detach = commands.replicaOf({ host: "127.0.0.1", port: 1 });

const closeClients = commands.clientKill({ type: "NORMAL" });

/** In the middle of its own FAILOVER it refuses; between an ABORT and the demotion it would be a primary that serves. */
const detaching = ({ abort }: Extract<Command, { _tag: "Freeze" | "Fence" }>): readonly Written[] =>
  abort === true ? [commands.multi(), commands.failoverAbort(), detach, commands.exec()] : [detach];

const minReplicas = (count: number): Written => commands.configSet(["min-replicas-to-write", count]);

/** As whom it asks to be let in. */
const credentials = ({ pod }: Command, { replicationPassword }: CommandContext): Written =>
  commands.configSet(["masteruser", replicationUser(pod)], ["masterauth", replicationPassword]);

/** With nobody to expel the question is only whether the process answers. */
const expelling = ([first, ...rest]: readonly string[]): Written =>
  first === undefined ? commands.ping() : commands.aclDelUser(first, ...rest);

/** Where only the number and the kind of the pieces matter. */
const nobody: CommandContext = { namespace: "", name: "", replicationPassword: "" };

const decisiveAt = (command: Command): number => {
  switch (command._tag) {
    case "Follow":
    case "Promote":
    case "HandOver":
      return 1;
    case "Freeze":
    case "Fence":
      return command.abort === true ? EXEC : 0;
    case "Admit":
    case "Expel":
    case "Configure":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "Disconnect":
      return 0;
  }
};

type Failure = { readonly why: string; readonly error?: ErrorReply };

/** Why the answer at this place is not the one that success has; undefined where it is. */
const failureOf = (command: Command, at: number, answer: CommandAnswer | undefined): Failure | undefined => {
  if (answer === undefined) return { why: `${command._tag}: not answered` };
  const error = errorOf(answer);
  if (error !== undefined) return { why: `${command._tag}: ${isSecret(command) ? error.prefix : error.message.slice(0, 200)}`, error };
  if (answer._tag !== "Replied") return { why: `${command._tag}: ${answer._tag === "Failed" ? answer.error : answer.why}` };
  if (isExpected(command, at, answer.value)) return undefined;
  return { why: `${command._tag}: an answer of an unexpected kind (${answer.value._tag})` };
};

/** Servers quote a wrong argument in the error, and here an argument is a password. */
const isSecret = (command: Command): boolean => command._tag === "Admit" || command._tag === "Follow" || command._tag === "HandOver";

const isExpected = (command: Command, at: number, value: Value): boolean => {
  const inner = bare(value);
  switch (command._tag) {
    case "Expel":
      return command.users.length === 0 ? textOf(inner) === "PONG" : inner._tag === "Integer";
    case "Mark":
      return textOf(inner) === "gungnir";
    case "Disconnect":
      return inner._tag === "Integer";
    case "Freeze":
    case "Fence":
      if (at === detaching(command).length) return inner._tag === "Integer";
      if (at > 0) return at === EXEC ? isDetached(inner) : textOf(inner) === "QUEUED";
      return inner._tag === "Simple" && isOk(textOf(inner));
    case "Admit":
    case "Follow":
    case "Promote":
    case "Configure":
    case "Pause":
    case "Unpause":
    case "HandOver":
      return inner._tag === "Simple" && isOk(textOf(inner));
  }
};

/** Where EXEC stands. That there was nothing to abort is no failure: the demotion counts. */
const EXEC = 3;
const isDetached = (results: Value): boolean => {
  const last = itemsOf(results)?.[1];
  return last?._tag === "Simple" && isOk(textOf(last));
};

/** REPLICAOF to where it already is says so behind the OK. */
const isOk = (text: string | undefined): boolean => text === "OK" || text?.startsWith("OK Already connected") === true;

const isWritten = (answer: CommandAnswer | undefined): boolean => answer?._tag === "Unknown" && answer.written;

/** Goes by itself, or with the next decision; the others are for a human, and are tried again later. */
const isTransient = (kind: ErrorKind): boolean => {
  switch (kind) {
    case "LOADING":
    case "MASTERDOWN":
    case "BUSY":
    case "MISCONF":
    case "READONLY":
    case "NOREPLICAS":
    case "OOM":
    case "NOMASTERLINK":
    case "NOGOODSLAVE":
    case "INPROG":
    case "UNBLOCKED":
    case "UNKILLABLE":
    case "NOTBUSY":
    case "NOSCRIPT":
    case "EXECABORT":
    case "WRONGTYPE":
    case "MAXCLIENTS":
    case "OTHER":
      return true;
    case "NOAUTH":
    case "WRONGPASS":
    case "NOPERM":
    case "NOPROTO":
    case "DENIED":
    case "ERR":
      return false;
  }
};
