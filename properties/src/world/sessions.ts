// Who may command a process: the user of its own term. The first contact of a leader with a process goes by core's own words
// (session.ts): it makes its user, looks who else is there, and removes the users of earlier terms, which closes their connections. What an
// earlier leader still has on its way is then read by nobody.
import { readSession, termUser } from "@gungnir/core";
import type { RunId } from "@gungnir/core";
import { bytesOf } from "@gungnir/core/resp3";

/** What of core decides about sessions; a mutant brings its own. */
export type SessionCore = { readonly readSession?: typeof readSession };

export type Session = {
  readonly runId: RunId;
  /** Terms whose users exist there. */
  readonly users: readonly number[];
  /** The latest term that was let in, whatever became of its user: decides nothing, properties ask. */
  readonly latest: number;
};

export const sessionAt = (sessions: readonly Session[], runId: RunId): Session | undefined =>
  sessions.find((session) => session.runId === runId);

/** A connection that was made before is still one. */
export const isIn = (sessions: readonly Session[], runId: RunId, term: number): boolean =>
  sessionAt(sessions, runId)?.users.includes(term) === true;

/** A leader's first words to a process that answers; undefined where somebody later was there. */
export const entered = (sessions: readonly Session[], runId: RunId, term: number, core: SessionCore): readonly Session[] | undefined => {
  const before = sessionAt(sessions, runId) ?? { runId, users: [], latest: term };
  if (before.users.includes(term)) return sessions;
  const users = [...before.users, term];
  const session = (core.readSession ?? readSession)(authority(term), "", [
    { _tag: "Replied", value: { _tag: "Simple", bytes: bytesOf("OK") } },
    { _tag: "Replied", value: { _tag: "Array", items: users.map((one) => ({ _tag: "Bulk", bytes: bytesOf(userOfTerm(one)) })) } },
  ]);
  if (session._tag !== "Granted") return undefined;
  const removed = session.enter.flatMap(([name, verb, ...names]) => (name === "ACL" && verb === "DELUSER" ? names.map(String) : []));
  const left = users.filter((one) => !removed.includes(userOfTerm(one))).toSorted((one, other) => one - other);
  const after: Session = { runId, users: left, latest: Math.max(before.latest, term) };
  return [...sessions.filter((one) => one.runId !== runId), after].toSorted((one, other) => (one.runId < other.runId ? -1 : 1));
};

const authority = (term: number) => ({ founded: "", term });
const userOfTerm = (term: number): string => termUser(authority(term));
