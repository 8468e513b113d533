/**
 * What became of one command written to a Valkey connection. A connection tells no more than this, and nothing of it is
 * guessed: an answer that did not come is neither yes nor no.
 */
import { bytesOf, errorReply, type ErrorReply, shown, type Value } from "./resp3/index.ts";

export type CommandAnswer =
  | { readonly _tag: "Replied"; readonly value: Value }
  /** The server's own error, whole. */
  | { readonly _tag: "Failed"; readonly error: string }
  /** No answer. `written`: the kernel took it, so a process that only hangs reads it when it wakes. */
  | { readonly _tag: "Unknown"; readonly written: boolean; readonly why: string }
  /** Never written: certainly not executed. */
  | { readonly _tag: "Refused"; readonly why: string };

/** The answer that a value on the wire is. */
export const answerOf = (value: Value): CommandAnswer => {
  const error = errorReply(value);
  return error === undefined ? { _tag: "Replied", value } : { _tag: "Failed", error: error.message };
};

/** The error an answer is, typed by its first word; undefined where it is none. */
export const errorOf = (answer: CommandAnswer): ErrorReply | undefined => {
  if (answer._tag === "Failed") return errorReply({ _tag: "Error", bytes: bytesOf(answer.error) });
  return answer._tag === "Replied" ? errorReply(answer.value) : undefined;
};

/** A value for a log line, at most so long that a hostile server cannot fill the log. */
export const excerpt = (bytes: Uint8Array): string => shown(bytes.subarray(0, 200));
