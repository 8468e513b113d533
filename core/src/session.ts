/**
 * The fence on the side of Valkey: one user per term (FO-18). A leader enters each process as a user of its own term, and
 * removes those of earlier terms, which closes their connections: what an earlier leader still has on its way can then no longer
 * be obeyed. Whoever finds a later term's user gives up.
 *
 *   AUTH as the operator ▶ make our user ▶ who else is there? ─ nobody later ─▶ remove the earlier ▶ AUTH as our user
 *                                                            └ somebody later ─▶ superseded: nothing is sent
 *
 * First made, then looked: of two leaders that come at the same moment, at least the earlier one sees the later one's user.
 * Both connections to a process begin like this, so a reading proves that nobody earlier can act there any more.
 */
import type { CommandAnswer } from "./answer.ts";
import { errorOf } from "./answer.ts";
import { OPERATOR_RIGHTS } from "./objects/secret.ts";
import { type Command, commands, itemsOf, textOf } from "./resp3/index.ts";
import { compareText } from "./units.ts";

/** Orders leaders: the Lease's creation, in the API server's words, and the count of its transitions. */
export type Authority = { readonly founded: string; readonly term: number };

export type Session =
  /** What is left to write; then the connection is ours. */
  | { readonly _tag: "Granted"; readonly enter: readonly Command[] }
  /** What is left to write takes away what we made; then nothing more is sent. */
  | { readonly _tag: "Superseded"; readonly leave: readonly Command[]; readonly why: string }
  | { readonly _tag: "Failed"; readonly why: string };

/** The user of a term, as `gungnir-20261122185207-3`. */
export const termUser = ({ founded, term }: Authority): string => `gungnir-${foundedDigits(founded)}-${term}`;

/** What is asked first, as the operator's own user. */
export const sessionCommands = (authority: Authority, password: string): readonly Command[] => [
  commands.aclSetUser(termUser(authority), "reset", "on", `>${password}`, ...OPERATOR_RIGHTS),
  commands.aclUsers(),
];

/** What the answers to `sessionCommands` mean. */
export const readSession = (authority: Authority, password: string, answers: readonly CommandAnswer[]): Session => {
  for (const answer of answers) {
    const error = errorOf(answer);
    // A server quotes what it refuses, and here that is a password.
    if (error !== undefined) return { _tag: "Failed", why: error.prefix };
    if (answer._tag === "Unknown" || answer._tag === "Refused") return { _tag: "Failed", why: answer.why };
  }
  const users = answers[1]?._tag === "Replied" ? itemsOf(answers[1].value)?.map(textOf) : undefined;
  if (users === undefined || answers.length !== 2) return { _tag: "Failed", why: "ACL USERS is no list of names" };
  const own = termUser(authority);
  const others = users.flatMap((name) => authorityIn(name) ?? []).filter((one) => termUser(one) !== own);
  const later = others.find((one) => compareAuthorities(one, authority) > 0);
  if (later !== undefined) {
    return {
      _tag: "Superseded",
      leave: [commands.aclDelUser(own)],
      why: `a later leader (${termUser(later)}) was here; this one (${own}) must not act any more`,
    };
  }
  const [first, ...rest] = others.map(termUser);
  const remove = first === undefined ? [] : [commands.aclDelUser(first, ...rest)];
  return { _tag: "Granted", enter: [...remove, commands.auth({ user: own, password })] };
};

/** Whether the answers to `enter` let us in. */
export const isEntered = (answers: readonly CommandAnswer[]): boolean => {
  const last = answers.at(-1);
  return answers.every((answer) => errorOf(answer) === undefined) && last?._tag === "Replied" && textOf(last.value) === "OK";
};

export const compareAuthorities = (a: Authority, b: Authority): number =>
  compareText(foundedDigits(a.founded), foundedDigits(b.founded)) || a.term - b.term;

const authorityIn = (name: string | undefined): Authority | undefined => {
  const [, founded, term] = /^gungnir-(\d{14})-(0|[1-9]\d{0,14})$/.exec(name ?? "") ?? [];
  return founded === undefined || term === undefined ? undefined : { founded, term: Number(term) };
};

/** `2026-11-22T18:52:07Z` and the same without punctuation; what is neither counts as before everything. */
const foundedDigits = (founded: string): string => {
  const digits = founded.replaceAll(/\D/g, "").slice(0, 14);
  return digits.length === 14 ? digits : "0".repeat(14);
};
