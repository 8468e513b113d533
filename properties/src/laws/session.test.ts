// FO-18, D-30: users are fences. Two leaders enter one process, their steps mixed in every way; once the later one is in, nothing that the
// earlier one sends is obeyed, and the later one is never kept out.
import { type Authority, type CommandAnswer, compareAuthorities, isEntered, readSession, sessionCommands, termUser } from "@gungnir/core";
import { bytesOf, type Command, type Value } from "@gungnir/core/resp3";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const anyAuthority: fc.Arbitrary<Authority> = fc.record({
  founded: fc.constantFrom("2026-11-22T18:52:07Z", "2026-11-22T18:52:08Z", "2027-01-01T00:00:00Z", ""),
  term: fc.nat(12),
});

const ok: Value = { _tag: "Simple", bytes: bytesOf("OK") };

/** What the server does about users: one command after the other, whoever sends it. */
class Users {
  private readonly names = new Set(["default", "gungnir-operator", "repl-web-1-abcdef01"]);
  /** As whom each connection speaks; undefined once it was closed. */
  readonly speakers = new Map<string, string | undefined>();

  obey(connection: string, command: Command): CommandAnswer {
    const speaker = this.speakers.has(connection) ? this.speakers.get(connection) : "gungnir-operator";
    if (speaker === undefined) return { _tag: "Unknown", written: true, why: "Reset" };
    const [name, verb, ...rest] = command.map(String);
    if (name === "AUTH" && verb !== undefined) {
      if (!this.names.has(verb)) return { _tag: "Failed", error: "WRONGPASS invalid username-password pair or user is disabled." };
      this.speakers.set(connection, verb);
    } else if (verb === "SETUSER") this.names.add(rest[0] ?? "");
    else if (verb === "DELUSER") {
      for (const user of rest) this.names.delete(user);
      for (const [other, as] of this.speakers) if (as !== undefined && rest.includes(as)) this.speakers.set(other, undefined);
    } else if (verb === "USERS") {
      return { _tag: "Replied", value: { _tag: "Array", items: [...this.names].map((user) => ({ _tag: "Bulk", bytes: bytesOf(user) })) } };
    }
    return { _tag: "Replied", value: ok };
  }
}

/** A leader on its own connection: each call is one command and its answer; true once it may act. */
function* entering(users: Users, authority: Authority): Generator<undefined, boolean, undefined> {
  const connection = termUser(authority);
  const answers: CommandAnswer[] = [];
  for (const command of sessionCommands(authority, "secret")) {
    answers.push(users.obey(connection, command));
    yield undefined;
  }
  const session = readSession(authority, "secret", answers);
  if (session._tag !== "Granted") return false;
  const entered: CommandAnswer[] = [];
  for (const command of session.enter) {
    entered.push(users.obey(connection, command));
    yield undefined;
  }
  return isEntered(entered);
}

const listOf = (...names: readonly string[]): CommandAnswer => ({
  _tag: "Replied",
  value: { _tag: "Array", items: names.map((name) => ({ _tag: "Bulk", bytes: bytesOf(name) })) },
});
describe("FO-18 a process obeys only the latest leader that entered it", () => {
  // Seen to fail: the users looked at before our own is made; nobody removed.
  test.prop([anyAuthority, anyAuthority, fc.infiniteStream(fc.boolean())])(
    "however the steps of two leaders are mixed",
    (one, other, order) => {
      fc.pre(compareAuthorities(one, other) !== 0);
      const [earlier, later] = compareAuthorities(one, other) < 0 ? [one, other] : [other, one];
      const users = new Users();
      const runs: { readonly steps: Generator<undefined, boolean, undefined>; done: boolean | undefined }[] = [
        { steps: entering(users, earlier), done: undefined },
        { steps: entering(users, later), done: undefined },
      ];
      for (const turn of order) {
        const run = runs[turn ? 1 : 0];
        if (run?.done === undefined) {
          const next = run?.steps.next();
          if (run !== undefined && next?.done === true) run.done = next.value;
        }
        if (runs.every((each) => each.done !== undefined)) break;
      }
      expect(runs[1]?.done).toBe(true);
      // In before the later one came, or never in: either way it is not obeyed any more.
      const late = runs[0]?.done === true ? users.obey(termUser(earlier), ["REPLICAOF", "NO", "ONE"]) : undefined;
      expect(late?._tag ?? "Unknown").toBe("Unknown");
      expect(users.obey(termUser(later), ["REPLICAOF", "NO", "ONE"])._tag).toBe("Replied");
    },
  );

  test.prop([anyAuthority, anyAuthority, anyAuthority])(
    "authorities are ordered by the Lease's creation, then its transitions",
    (a, b, c) => {
      expect(Math.sign(compareAuthorities(a, b))).toBe(-Math.sign(compareAuthorities(b, a)) + 0);
      expect(compareAuthorities(a, b) === 0).toBe(termUser(a) === termUser(b));
      if (compareAuthorities(a, b) <= 0 && compareAuthorities(b, c) <= 0) expect(compareAuthorities(a, c)).toBeLessThanOrEqual(0);
    },
  );

  // Seen to fail: an answer that did not come counted as an empty list.
  test.prop([
    anyAuthority,
    fc.constantFrom<CommandAnswer>(
      { _tag: "Failed", error: "NOPERM this user has no permissions" },
      { _tag: "Unknown", written: true, why: "Timeout" },
      { _tag: "Replied", value: ok },
    ),
    fc.nat(1),
  ])("without both answers nobody is let in", (authority, wrong, place) => {
    const users = new Users();
    const answers = sessionCommands(authority, "secret").map((command) => users.obey("one", command));
    if (place === 0 && wrong._tag === "Replied") return;
    expect(readSession(authority, "secret", answers.with(place, wrong))._tag).toBe("Failed");
  });

  const me: Authority = { founded: "2026-11-22T18:52:07Z", term: 3 };
  const SECRET = "p4ss";
  const done: CommandAnswer = { _tag: "Replied", value: ok };
  const among = (...names: readonly string[]) => readSession(me, SECRET, [done, listOf("default", "gungnir-20261122185207-3", ...names)]);

  it("a later Lease is a later leader whatever its count, and fractions of a second tell nothing", () => {
    const later: Authority = { founded: "2026-11-22T18:52:08Z", term: 0 };
    expect(compareAuthorities(later, me)).toBeGreaterThan(0);
    expect(compareAuthorities({ ...me, founded: "2026-11-22T18:52:07.999999Z" }, me)).toBe(0);
    expect(termUser({ ...me, founded: "2026-11-22T18:52:07.999999Z" })).toBe("gungnir-20261122185207-3");
    // What cannot be read is before everything: a later leader that can be read is never kept out by it.
    for (const founded of ["", "yesterday", "2026-11-22"]) expect(termUser({ founded, term: 3 })).toBe("gungnir-00000000000000-3");
  });

  it("our user is made from nothing: on, with the password and the rights of the operator, whatever it was before", () => {
    const [make = [], look] = sessionCommands(me, SECRET);
    expect(make.slice(0, 6)).toEqual(["ACL", "SETUSER", "gungnir-20261122185207-3", "reset", "on", `>${SECRET}`]);
    expect(make).toContain("-@all");
    expect(look).toEqual(["ACL", "USERS"]);
  });

  it("who comes late takes away what it made, and says who was here", () => {
    expect(among("gungnir-20261122185207-2", "gungnir-20261122185207-4")).toEqual({
      _tag: "Superseded",
      leave: [["ACL", "DELUSER", "gungnir-20261122185207-3"]],
      why: "a later leader (gungnir-20261122185207-4) was here; this one (gungnir-20261122185207-3) must not act any more",
    });
  });

  it("who comes in time removes the earlier in one command, nobody else, and enters as its own user", () => {
    const auth = ["AUTH", "gungnir-20261122185207-3", SECRET];
    expect(among()).toEqual({ _tag: "Granted", enter: [auth] });
    // What is no name at all says nothing of anybody.
    const nameless: CommandAnswer = { _tag: "Replied", value: { _tag: "Array", items: [{ _tag: "Null" }] } };
    expect(readSession(me, SECRET, [done, nameless])).toEqual({ _tag: "Granted", enter: [auth] });
    const strangers = [
      "xgungnir-20261122185207-1",
      "gungnir-20261122185207-1x",
      "gungnir-20261122185207-01",
      "gungnir-operator",
      "repl-web-0",
    ];
    expect(among(...strangers)).toEqual({ _tag: "Granted", enter: [auth] });
    expect(among("gungnir-20261122185207-1", "gungnir-20251122185207-10")).toEqual({
      _tag: "Granted",
      enter: [["ACL", "DELUSER", "gungnir-20261122185207-1", "gungnir-20251122185207-10"], auth],
    });
  });

  // A password that the server quotes in an error would be in every log.
  it("whatever fails is said without the password", () => {
    const failed = (...answers: readonly CommandAnswer[]) => readSession(me, SECRET, answers);
    expect(failed({ _tag: "Failed", error: `ERR Error in ACL SETUSER modifier '>${SECRET}'` }, listOf())).toEqual({
      _tag: "Failed",
      why: "ERR",
    });
    expect(failed(done, { _tag: "Unknown", written: true, why: "Timeout" })).toEqual({ _tag: "Failed", why: "Timeout" });
    expect(failed({ _tag: "Refused", why: "Closed" }, listOf())).toEqual({ _tag: "Failed", why: "Closed" });
    const noList = { _tag: "Failed", why: "ACL USERS is no list of names" };
    expect([failed(), failed(done), failed(done, done), failed(done, listOf(), done)]).toEqual([noList, noList, noList, noList]);
  });

  it("we are in only when everything was done and the last answer is OK", () => {
    const bad: CommandAnswer = { _tag: "Failed", error: "WRONGPASS" };
    const lost: CommandAnswer = { _tag: "Unknown", written: true, why: "Timeout" };
    expect([isEntered([done]), isEntered([listOf(), done])]).toEqual([true, true]);
    for (const answers of [[], [bad], [bad, done], [done, bad], [lost], [done, lost], [listOf("OK")]])
      expect({ answers, isIn: isEntered(answers) }).toEqual({ answers, isIn: false });
  });
});
