// FO-16, SD-10: what goes over the wire for each command, and every outcome with its reason. A reason names the command and what was answered: it is the
// line of the log, and what a refusal says in the status.
import { type Command, type CommandAnswer, answerOf, commandsOf, outcomeOfAnswers, podName, replicationUser } from "@gungnir/core";
import { type Value, bytesOf, textOf } from "@gungnir/core/resp3";
import { expect, it } from "vitest";
import { identityOf } from "./cluster.ts";
import { array, int } from "./probes.ts";
import { CONTEXT, PASSWORD, at, bulk, failed, replied, simple } from "./wire.ts";

const pod = identityOf(1);
const own = { pod, epoch: at };
const marker = { epoch: at, seq: 2, pod: podName("web-1") };
const detach = ["REPLICAOF", "127.0.0.1", 1];
const atomic = [["MULTI"], ["FAILOVER", "ABORT"], detach, ["EXEC"]];
const credentials = ["CONFIG", "SET", "masteruser", replicationUser(pod), "masterauth", PASSWORD];
const kill = ["CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES"];

const ok = replied(simple("OK"));
const queued = replied(simple("QUEUED"));
const count = replied(int(1n));
const aborted = replied(array({ _tag: "Error", bytes: bytesOf("ERR No failover in progress.") }, simple("OK")));

/** Each command, its pieces, the answers of a server that did it, and which piece decides. */
const COMMANDS: readonly (readonly [Command, readonly unknown[], readonly CommandAnswer[], number])[] = [
  [{ ...own, _tag: "Freeze" }, [detach], [ok], 0],
  [{ ...own, _tag: "Freeze", abort: true }, atomic, [ok, queued, queued, aborted], 3],
  [{ ...own, _tag: "Fence" }, [detach, kill], [ok, count], 0],
  [{ ...own, _tag: "Fence", abort: true }, [...atomic, kill], [ok, queued, queued, aborted, count], 3],
  [{ ...own, _tag: "Disconnect" }, [kill], [count], 0],
  [{ ...own, _tag: "Pause", forMs: 1500 }, [["CLIENT", "PAUSE", 1500, "WRITE"]], [ok], 0],
  [{ ...own, _tag: "Unpause" }, [["CLIENT", "UNPAUSE"]], [ok], 0],
  [
    { ...own, _tag: "HandOver", to: podName("web-2"), host: "10.0.0.2", port: 6379 },
    [credentials, ["FAILOVER", "TO", "10.0.0.2", 6379, "FORCE", "TIMEOUT", 1]],
    [ok, ok],
    1,
  ],
  [
    { ...own, _tag: "Admit", member: identityOf(2) },
    [["ACL", "SETUSER", replicationUser(identityOf(2)), "reset", "on", `>${PASSWORD}`, "+ping", "+replconf", "+psync", "+sync"]],
    [ok],
    0,
  ],
  [{ ...own, _tag: "Expel", users: [] }, [["PING"]], [replied(simple("PONG"))], 0],
  [{ ...own, _tag: "Expel", users: ["repl-a", "repl-b"] }, [["ACL", "DELUSER", "repl-a", "repl-b"]], [count], 0],
  [
    { ...own, _tag: "Follow", primary: podName("web-0"), host: "10.0.0.1", port: 6379 },
    [credentials, ["REPLICAOF", "10.0.0.1", 6379]],
    [ok, ok],
    1,
  ],
  [
    { ...own, _tag: "Promote", minReplicas: 2 },
    [
      ["CONFIG", "SET", "min-replicas-to-write", 2],
      ["REPLICAOF", "NO", "ONE"],
    ],
    [ok, ok],
    1,
  ],
  [{ ...own, _tag: "Configure", minReplicas: 2 }, [["CONFIG", "SET", "min-replicas-to-write", 2]], [ok], 0],
  [
    { ...own, _tag: "Mark", marker },
    [["FUNCTION", "LOAD", "REPLACE", expect.stringMatching(/^#!lua name=gungnir\n/)]],
    [replied(bulk("gungnir"))],
    0,
  ],
];
const titled = COMMANDS.map(
  ([command, ...rest]) => [`${command._tag}${"abort" in command ? " with abort" : ""}`, command, ...rest] as const,
);
const isSecret = ({ _tag }: Command) => _tag === "Admit" || _tag === "Follow" || _tag === "HandOver";
const lost: CommandAnswer = { _tag: "Unknown", written: true, why: "Timeout" };
const unwritten: CommandAnswer = { _tag: "Unknown", written: false, why: "Reset" };
const unsent: CommandAnswer = { _tag: "Refused", why: "not connected" };
const unknown = (why: string) => ({ _tag: "Unknown", why });

it.each(titled)("%s is written as these pieces, and is done when each is answered as it is done", (_, command, pieces, answers) => {
  expect(commandsOf(command, CONTEXT)).toEqual(pieces);
  expect(outcomeOfAnswers(command, answers)).toStrictEqual({ _tag: "Done" });
});

it.each(titled)(
  "%s refused where it decides is refused, with the reason; refused beside it, it is unknown",
  (_, command, __, answers, decisive) => {
    const name = command._tag;
    for (const [place] of answers.entries()) {
      const outcome = outcomeOfAnswers(command, answers.with(place, failed("ERR said why")));
      const why = `${name}: ${isSecret(command) ? "ERR" : "ERR said why"}`;
      expect([place, outcome]).toStrictEqual([place, place === decisive ? { _tag: "Refused", why, transient: false } : unknown(why)]);
      const said = outcomeOfAnswers(command, answers.with(place, answerOf({ _tag: "Error", bytes: bytesOf("ERR said why") })));
      expect(said).toEqual(outcome);
    }
  },
);

it.each(titled)("%s of which an answer is lost is unknown, with what was lost", (_, command, __, answers) => {
  const name = command._tag;
  for (const [place] of answers.entries()) {
    expect(outcomeOfAnswers(command, answers.slice(0, place))).toStrictEqual(unknown(`${name}: not answered`));
    expect(outcomeOfAnswers(command, answers.with(place, unwritten))).toStrictEqual(unknown(`${name}: Reset`));
    expect(outcomeOfAnswers(command, answers.with(place, lost))).toStrictEqual(
      name === "Fence" ? { _tag: "Sent" } : unknown(`${name}: Timeout`),
    );
  }
  expect(
    outcomeOfAnswers(
      command,
      answers.map(() => unsent),
    ),
  ).toStrictEqual({ _tag: "Refused", why: `${name}: not connected`, transient: true });
});

it.each(titled.filter(([, , , answers]) => answers.length > 1))(
  "%s of which one piece alone was never sent is unknown",
  (_, command, __, answers) => {
    for (const [place] of answers.entries()) {
      expect(outcomeOfAnswers(command, answers.with(place, unsent))).toStrictEqual(unknown(`${command._tag}: not connected`));
      expect(
        outcomeOfAnswers(
          command,
          answers.map((___, other) => (other === place ? unsent : lost)),
        )._tag,
      ).toBe("Unknown");
    }
  },
);

const STRANGE: readonly Value[] = [
  { _tag: "Simple", bytes: Uint8Array.of(255) },
  simple("PANG"),
  bulk("OK"),
  { _tag: "Null" },
  { _tag: "Boolean", value: true },
  array(),
  array(simple("OK")),
  array(simple("OK"), simple("ERR")),
  array(simple("OK"), bulk("OK")),
];
it.each(titled)("%s answered with something else is unknown, with the kind of it", (_, command, __, answers) => {
  for (const [place] of answers.entries())
    for (const value of STRANGE)
      expect([place, value, outcomeOfAnswers(command, answers.with(place, replied(value)))]).toStrictEqual([
        place,
        value,
        unknown(`${command._tag}: an answer of an unexpected kind (${value._tag})`),
      ]);
});

/** What a server may say for success of some piece; PONG and the name of a library are read as texts, simple or bulk. */
const WORDS: readonly Value[] = [simple("OK"), simple("QUEUED"), int(1n), simple("PONG"), bulk("PONG"), bulk("gungnir"), simple("gungnir")];
const wordOf = (value: Value): string => (value._tag === "Integer" ? "a count" : value._tag === "Array" ? "a list" : (textOf(value) ?? ""));
it("each piece is answered in its own way alone: a count is no OK, and an OK no count", () => {
  for (const [command, , answers] of COMMANDS) {
    for (const [place, right] of answers.entries()) {
      const accepted = WORDS.filter((word) => outcomeOfAnswers(command, answers.with(place, replied(word)))._tag === "Done").map(wordOf);
      const wanted = right._tag === "Replied" ? wordOf(right.value) : "";
      expect([command._tag, place, accepted]).toEqual([command._tag, place, WORDS.map(wordOf).filter((word) => word === wanted)]);
    }
  }
});

it("a process that is already where it is told to be has obeyed", () => {
  const already = replied(simple("OK Already connected to specified master"));
  expect(outcomeOfAnswers({ ...own, _tag: "Freeze" }, [already])).toEqual({ _tag: "Done" });
  expect(outcomeOfAnswers({ ...own, _tag: "Freeze" }, [replied(simple("OK Already"))])._tag).toBe("Unknown");
});

it.each([
  [
    true,
    "LOADING MASTERDOWN BUSY MISCONF READONLY NOREPLICAS OOM NOMASTERLINK NOGOODSLAVE INPROG UNBLOCKED UNKILLABLE NOTBUSY NOSCRIPT EXECABORT WRONGTYPE WHATEVER",
  ],
  [false, "NOAUTH WRONGPASS NOPERM NOPROTO DENIED ERR"],
])("that it passes by itself is %o of %s", (transient, words) => {
  for (const word of words.split(" "))
    expect(outcomeOfAnswers({ ...own, _tag: "Configure", minReplicas: 1 }, [failed(`${word} why`)])).toStrictEqual({
      _tag: "Refused",
      why: `Configure: ${word} why`,
      transient,
    });
  const crowd = "ERR max number of clients reached";
  expect(outcomeOfAnswers({ ...own, _tag: "Unpause" }, [failed(crowd)])).toStrictEqual({
    _tag: "Refused",
    why: `Unpause: ${crowd}`,
    transient: true,
  });
});

it("an error is told as far as two hundred characters", () => {
  const outcome = outcomeOfAnswers({ ...own, _tag: "Unpause" }, [failed(`ERR ${"x".repeat(300)}`)]);
  expect(outcome).toEqual({ _tag: "Refused", why: `Unpause: ERR ${"x".repeat(196)}`, transient: false });
});
