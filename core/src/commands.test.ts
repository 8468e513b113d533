import { expect, test } from "vitest";
import { answerOf, type CommandAnswer } from "./answer.ts";
import { commandsOf, outcomeOfAnswers } from "./commands.ts";
import { replicationUser } from "./cluster.ts";
import type { Command } from "./decision.ts";
import { bytesOf } from "./resp3/index.ts";
import { epoch, podName, runId, uid } from "./units.ts";

const context = { namespace: "default", name: "web", replicationPassword: "pw" };
const pod = { pod: podName("web-1"), uid: uid("u"), runId: runId("r") };
const at = epoch(7);

const ok = answerOf({ _tag: "Simple", bytes: bytesOf("OK") });
const lost: CommandAnswer = { _tag: "Unknown", written: true, why: "Timeout" };
const failed = (error: string): CommandAnswer => ({ _tag: "Failed", error });
const promote: Command = { _tag: "Promote", pod, epoch: at, minReplicas: 1 };

test("a replica gets its own credentials before it is told whom to follow", () => {
  expect(commandsOf({ _tag: "Follow", pod, epoch: at, primary: podName("web-0"), host: "10.0.0.1", port: 6379 }, context)).toEqual([
    ["CONFIG", "SET", "masteruser", replicationUser(pod), "masterauth", "pw"],
    ["REPLICAOF", "10.0.0.1", 6379],
  ]);
});

test("a candidate wants its acknowledgements before it is writable", () => {
  expect(commandsOf(promote, context)).toEqual([
    ["CONFIG", "SET", "min-replicas-to-write", 1],
    ["REPLICAOF", "NO", "ONE"],
  ]);
});

test("the marker names whose data set it is; what is no name of Kubernetes becomes text and never code", () => {
  const marker = { epoch: at, seq: 2, pod: podName("web-1") };
  const [write] = commandsOf({ _tag: "Mark", pod, epoch: at, marker }, context);
  expect(write?.slice(0, 3)).toEqual(["FUNCTION", "LOAD", "REPLACE"]);
  expect(write?.[3]).toContain("description='default/web 7 2 web-1'");
  const [hostile] = commandsOf({ _tag: "Mark", pod, epoch: at, marker }, { ...context, name: "w'\n}" });
  expect(hostile?.[3]).toContain(String.raw`description='default/w\039\010\125 7 2 web-1'`);
});

test("whether a promotion happened: refused, done, or to be found out", () => {
  expect(outcomeOfAnswers(promote, [ok, ok])).toEqual({ _tag: "Done" });
  expect(outcomeOfAnswers(promote, [ok, failed("REPLICAOF not allowed while failing over.")])).toMatchObject({
    _tag: "Refused",
    transient: true,
  });
  expect(outcomeOfAnswers(promote, [ok, lost])).toMatchObject({ _tag: "Unknown" });
  // It is a primary now, and not as it should be: the next reading shows both.
  expect(outcomeOfAnswers(promote, [failed("NOPERM User has no permissions"), ok])).toMatchObject({ _tag: "Unknown" });
});

test("a demotion that lies before a process that hangs is sent; one that could not be written is not", () => {
  const fence: Command = { _tag: "Fence", pod, epoch: at };
  expect(outcomeOfAnswers(fence, [lost, lost])).toEqual({ _tag: "Sent" });
  expect(outcomeOfAnswers(fence, [ok, lost])).toEqual({ _tag: "Sent" });
  const unsent: CommandAnswer = { _tag: "Refused", why: "not connected" };
  expect(outcomeOfAnswers(fence, [unsent, unsent])).toMatchObject({ _tag: "Refused", transient: true });
});
