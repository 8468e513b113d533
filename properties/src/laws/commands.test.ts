// FO-16, RES-7: what a command of core becomes on the wire, and what is made of every answer to it.
import { isDeepStrictEqual } from "node:util";
import { test } from "@fast-check/vitest";
import { type Command, type CommandAnswer, commandsOf, outcomeOfAnswers, podName } from "@gungnir/core";
import { bytesOf } from "@gungnir/core/resp3";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { PASSWORD, CONTEXT, at, anyIdentity, anyMarker, simple, bulk, replied, anyAnswers } from "./wire.ts";

const anyCommand: fc.Arbitrary<Command> = anyIdentity.chain((pod) =>
  fc.oneof(
    fc.constantFrom("Freeze" as const, "Fence" as const).map((tag) => ({ _tag: tag, pod, epoch: at })),
    fc.constantFrom("Freeze" as const, "Fence" as const).map((tag) => ({ _tag: tag, pod, epoch: at, abort: true as const })),
    fc.constantFrom("Unpause" as const, "Disconnect" as const).map((tag) => ({ _tag: tag, pod, epoch: at })),
    fc.constant({ _tag: "Pause" as const, pod, epoch: at, forMs: 1500 }),
    fc.constant({ _tag: "HandOver" as const, pod, epoch: at, to: podName("web-1"), host: "10.0.0.2", port: 6379 }),
    fc.constant({ _tag: "Admit" as const, pod, epoch: at, member: pod }),
    fc.constantFrom([], ["repl-web-1"], ["repl-web-1", "repl-web-2"]).map((users) => ({ _tag: "Expel" as const, pod, epoch: at, users })),
    fc.constant({ _tag: "Follow" as const, pod, epoch: at, primary: podName("web-0"), host: "10.0.0.1", port: 6379 }),
    fc.nat(3).map((minReplicas) => ({ _tag: "Promote" as const, pod, epoch: at, minReplicas })),
    fc.nat(3).map((minReplicas) => ({ _tag: "Configure" as const, pod, epoch: at, minReplicas })),
    anyMarker.map((marker) => ({ _tag: "Mark" as const, pod, epoch: at, marker })),
  ),
);

/** There was nothing to abort: the demotion counts all the same. */
const executed = replied({ _tag: "Array", items: [{ _tag: "Error", bytes: bytesOf("ERR No failover in progress.") }, simple("OK")] });

/** What a server says when it did each piece, written down anew. */
const successOf = (command: Command): readonly CommandAnswer[] => {
  const ok = replied(simple("OK"));
  const count = replied({ _tag: "Integer", value: 1n });
  const queued = replied(simple("QUEUED"));
  const detached =
    command._tag === "Freeze" || command._tag === "Fence" ? (command.abort === true ? [ok, queued, queued, executed] : [ok]) : [];
  switch (command._tag) {
    case "Fence":
      return [...detached, count];
    case "Freeze":
      return detached;
    case "Disconnect":
      return [count];
    case "HandOver":
      return [ok, ok];
    case "Follow":
    case "Promote":
      return [ok, ok];
    case "Expel":
      return command.users.length === 0 ? [replied(simple("PONG"))] : [count];
    case "Mark":
      return [replied(bulk("gungnir"))];
    case "Admit":
    case "Configure":
    case "Pause":
    case "Unpause":
      return [ok];
  }
};

/** The same kind of answer; a count may be another one, and REPLICAOF may add that it was so already. */
const isAlike = (answer: CommandAnswer, right: CommandAnswer | undefined): boolean => {
  if (answer._tag !== "Replied" || right?._tag !== "Replied") return false;
  if (answer.value._tag === "Integer") return right.value._tag === "Integer";
  const already = simple("OK Already connected to specified master");
  const isOk = isDeepStrictEqual(right.value, simple("OK"));
  return isDeepStrictEqual(answer.value, right.value) || (isOk && isDeepStrictEqual(answer.value, already));
};

describe("FO-16 an error reply, an unexpected type or a closed connection is never success", () => {
  // Seen to fail: `isExpected` true for any reply; the failure of CONFIG SET left out of account.
  test.prop([anyCommand, anyAnswers, fc.nat(1)])(
    "done only if every piece is answered as it is when it was done",
    (command, wrong, place) => {
      const right = successOf(command);
      expect(outcomeOfAnswers(command, right)).toEqual({ _tag: "Done" });
      expect(right.length).toBe(commandsOf(command, CONTEXT).length);
      const spoiled = right
        .map((answer, index) => (index === place % right.length ? wrong[0] : answer))
        .filter((answer) => answer !== undefined);
      const outcome = outcomeOfAnswers(command, spoiled);
      const isWhole = spoiled.length === right.length && spoiled.every((answer, index) => isAlike(answer, right[index]));
      expect(outcome._tag === "Done").toBe(isWhole);
    },
  );

  // Seen to fail: Unknown taken for Refused; Sent of other commands, and of a fence that was not written.
  test.prop([anyCommand, anyAnswers])(
    "lost answers are unknown; sent is said of a fence alone, once it was written whole",
    (command, answers) => {
      const outcome = outcomeOfAnswers(command, answers);
      if (outcome._tag === "Sent") {
        expect(command._tag).toBe("Fence");
        expect(answers.length).toBeGreaterThanOrEqual(2);
        const lost = answers.slice(0, 2).filter((answer) => answer._tag !== "Replied");
        expect(lost.length).toBeGreaterThan(0);
        expect(lost.every((answer) => answer._tag === "Unknown" && answer.written)).toBe(true);
      }
      const lost = commandsOf(command, CONTEXT).map((): CommandAnswer => ({ _tag: "Unknown", written: true, why: "Timeout" }));
      expect(outcomeOfAnswers(command, lost)._tag).toBe(command._tag === "Fence" ? "Sent" : "Unknown");
      const unwritten = lost.map((answer) => ({ ...answer, written: false }));
      expect(outcomeOfAnswers(command, unwritten)._tag).toBe("Unknown");
      expect(outcomeOfAnswers(command, [])._tag).toBe("Unknown");
      const unsent = commandsOf(command, CONTEXT).map((): CommandAnswer => ({ _tag: "Refused", why: "not connected" }));
      expect(outcomeOfAnswers(command, unsent)).toMatchObject({ _tag: "Refused", transient: true });
      if (outcome._tag === "Refused")
        expect(answers.every((answer) => answer._tag === "Replied" && answer.value._tag === "Integer")).toBe(false);
    },
  );

  // Seen to fail: the message of the error instead of its first word.
  test.prop([anyCommand, anyAnswers])(
    "RES-7 no outcome of a command that carries the password quotes what the server said of it",
    (command, answers) => {
      if (command._tag === "Admit" || command._tag === "Follow")
        expect(JSON.stringify(outcomeOfAnswers(command, answers))).not.toContain(PASSWORD);
    },
  );
});
