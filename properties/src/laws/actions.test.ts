// What an action is about. A refusal is remembered under it, and what is in flight is found by it: two actions taken for one would hold each
// other up for ever, and one taken for two would be sent twice.
import {
  type Action,
  type Command,
  type Desired,
  type Write,
  barrierKey,
  epoch,
  hold,
  instant,
  isCommand,
  isSameAction,
  keyOf,
  podName,
  resourceVersion,
  uid,
  wait,
} from "@gungnir/core";
import { expect, it } from "vitest";
import { identityOf, record } from "./cluster.ts";
import { STATUS } from "./wire.ts";

const object = (kind: Desired["kind"], name: string): Desired => ({ kind, name, manifest: {}, generate: [] });
type Circumstances = { readonly ordinal: number; readonly count: number; readonly at: string };
const HERE: Circumstances = { ordinal: 1, count: 3, at: "10" };

const writes = ({ count, at }: Circumstances): { readonly [tag in Write["_tag"]]: Write } => {
  const [counted, version] = [epoch(count), resourceVersion(at)];
  const ofRecord = { epoch: counted, record, at: version };
  return {
    Create: { _tag: "Create", object: object("Service", "web-client") },
    Apply: { _tag: "Apply", object: object("Service", "web-client"), uid: uid("u"), at: version },
    Claim: { _tag: "Claim", ...ofRecord },
    Elect: { _tag: "Elect", ...ofRecord },
    Enlist: { _tag: "Enlist", ...ofRecord },
    Publish: { _tag: "Publish", ...ofRecord },
    RouteWrites: { _tag: "RouteWrites", epoch: counted, to: "nobody", object: object("Service", "web-client"), uid: uid("u"), at: version },
    Report: { _tag: "Report", status: STATUS, at: version },
  };
};
const commands = ({ ordinal, count }: Circumstances): { readonly [tag in Command["_tag"]]: Command } => {
  const to = { pod: identityOf(ordinal), epoch: epoch(count) };
  const whom = { host: "127.0.0.1", port: 6379 };
  return {
    Freeze: { _tag: "Freeze", ...to },
    Admit: { _tag: "Admit", ...to, member: identityOf(2) },
    Expel: { _tag: "Expel", ...to, users: ["repl-web-2"] },
    Follow: { _tag: "Follow", ...to, ...whom, primary: podName("web-0") },
    Promote: { _tag: "Promote", ...to, minReplicas: 1 },
    Fence: { _tag: "Fence", ...to },
    Configure: { _tag: "Configure", ...to, minReplicas: 1 },
    Mark: { _tag: "Mark", ...to, marker: { epoch: epoch(3), seq: 1, pod: podName("web-0") } },
    Pause: { _tag: "Pause", ...to, forMs: 500 },
    Unpause: { _tag: "Unpause", ...to },
    HandOver: { _tag: "HandOver", ...to, ...whom, to: podName("web-2") },
    Disconnect: { _tag: "Disconnect", ...to },
  };
};
const all = (here: Circumstances): readonly Action[] => [...Object.values(writes(here)), ...Object.values(commands(here))];

it("an action is a command to a process, or a write of an object", () => {
  expect(Object.values(commands(HERE)).map(isCommand)).toEqual(Object.values(commands(HERE)).map(() => true));
  expect(Object.values(writes(HERE)).map(isCommand)).toEqual(Object.values(writes(HERE)).map(() => false));
});

it("what an action is about tells it from every other one, and stays what it is in every epoch and version", () => {
  const keys = all(HERE).map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(all({ ...HERE, count: 4, at: "11" }).map(keyOf)).toEqual(keys);
});

it("what an action is about names itself: its tag, then the pod or the object", () => {
  for (const action of all(HERE)) expect(keyOf(action).split("/")[0]).toBe(action._tag);
  for (const command of Object.values(commands(HERE))) expect(keyOf(command).split("/")[1]).toBe("web-1");
  const { Admit } = commands(HERE);
  expect(keyOf(Admit)).toBe("Admit/web-1/web-2");
  expect(keyOf({ _tag: "Create", object: object("Secret", "web-secret") })).toBe("Create/Secret/web-secret");
});

const created = (one: Desired) => keyOf({ _tag: "Create", object: one });
const letting = (ordinal: number) => keyOf({ _tag: "Admit", pod: identityOf(1), epoch: epoch(3), member: identityOf(ordinal) });

it("commands to two processes, and writes of two objects, are two; letting two members in are two", () => {
  const elsewhere = Object.values(commands({ ...HERE, ordinal: 0 })).map(keyOf);
  for (const key of Object.values(commands(HERE)).map(keyOf)) expect(elsewhere).not.toContain(key);
  expect(created(object("Service", "web-client"))).not.toBe(created(object("Service", "web-replicas")));
  expect(created(object("Service", "web"))).not.toBe(created(object("StatefulSet", "web")));
  expect(letting(0)).not.toBe(letting(2));
});

it("two actions are the same when they are about the same, in one epoch, of one version or one life of a process", () => {
  const [same, ...others] = [HERE, { ...HERE, count: 4 }, { ...HERE, at: "11" }, { ...HERE, ordinal: 0 }].map(all);
  for (const [index, action] of all(HERE).entries()) {
    const [again] = [same?.[index]];
    expect({ action, isSame: again !== undefined && isSameAction(action, again) }).toEqual({ action, isSame: true });
    const differs = others.map((list) => {
      const changed = list[index];
      return changed !== undefined && !isSameAction(action, changed);
    });
    expect({ action, differs }).toEqual({ action, differs: ["epoch" in action, "at" in action, isCommand(action)] });
  }
  const { Freeze, Admit } = commands(HERE);
  expect(isSameAction(Freeze, { ...Freeze, pod: { ...Freeze.pod, runId: identityOf(2).runId } })).toBe(false);
  expect(isSameAction(Freeze, Admit)).toBe(false);
});

it("a barrier is for what was asked: who was cut off, or how many replicas a write waits for", () => {
  const { Expel, Configure } = commands(HERE);
  if (Expel._tag !== "Expel" || Configure._tag !== "Configure") throw new Error("the table is wrong");
  expect(barrierKey({ ...Expel, users: ["a", "b"] })).toBe("Expel a b");
  expect(barrierKey({ ...Configure, minReplicas: 2 })).toBe("Configure 2");
});

it("a wait says its detail where it has one, and no empty field where it has none", () => {
  const until = instant(5);
  expect(wait(until, "Drain")).toStrictEqual({ _tag: "Wait", until: 5, because: "Drain" });
  expect(wait(until, "Drain", "web-1")).toStrictEqual({ _tag: "Wait", until: 5, because: "Drain", detail: "web-1" });
  expect(hold(until, "Drain", "web-1")).toStrictEqual({ _tag: "Hold", until: 5, because: "Drain", detail: "web-1" });
});
