import { epoch, podName, runId, uid } from "@gungnir/core";
import { expect, test } from "vitest";
import { obey } from "./commands.ts";
import { boot, holds, isPrimary, markerOf, PRIMARY, QUARANTINE } from "./process.ts";
import type { Process } from "./process.ts";
import { append, attach, beat, deliver, dropFollowers, finishSync, linkOf, stream, userOf } from "./replication.ts";
import type { Valkey } from "./replication.ts";

const life = (name: string, role: Process["role"]): Process =>
  boot({ pod: podName(name), uid: uid(`${name}:u1`), runId: runId(`${name}:r1`), address: name, items: [], role, loading: false });
const named = (valkey: Valkey, name: string): Process => {
  const found = valkey.processes.find((process) => process.pod === name);
  if (found === undefined) throw new Error(`no process ${name}`);
  return found;
};
const identity = (process: Process) => ({ pod: process.pod, uid: process.uid, runId: process.runId });
const EPOCH = { epoch: epoch(1) };
const follow = (valkey: Valkey, name: string, host: string): Valkey =>
  obey(valkey, named(valkey, name), {
    _tag: "Follow",
    pod: identity(named(valkey, name)),
    ...EPOCH,
    primary: podName(host),
    host,
    port: 6379,
  }).valkey;
const admit = (valkey: Valkey, name: string, member: string): Valkey =>
  obey(valkey, named(valkey, name), {
    _tag: "Admit",
    pod: identity(named(valkey, name)),
    ...EPOCH,
    member: identity(named(valkey, member)),
  }).valkey;
const promote = (valkey: Valkey, name: string, minReplicas: number): Valkey =>
  obey(valkey, named(valkey, name), { _tag: "Promote", pod: identity(named(valkey, name)), ...EPOCH, minReplicas }).valkey;
const freeze = (valkey: Valkey, name: string): Valkey =>
  obey(valkey, named(valkey, name), { _tag: "Freeze", pod: identity(named(valkey, name)), ...EPOCH }).valkey;
const must = (valkey: Valkey | undefined): Valkey => {
  if (valkey === undefined) throw new Error("not enabled");
  return valkey;
};
const joined = (valkey: Valkey, name: string): Valkey => must(finishSync(...both(must(attach(...both(valkey, name))), name)));
const both = (valkey: Valkey, name: string): [Valkey, Process] => [valkey, named(valkey, name)];

/** `a` is primary with one write; `b` and `c` follow it and have it. */
const three = (): Valkey => {
  let valkey: Valkey = { processes: [life("a", PRIMARY), life("b", QUARANTINE), life("c", QUARANTINE)], cuts: [] };
  valkey = append(valkey, named(valkey, "a"), "w1");
  for (const name of ["b", "c"]) valkey = joined(follow(admit(valkey, "a", name), name, "a"), name);
  return beat(valkey);
};

test("a quarantined process serves nobody", () => {
  let valkey: Valkey = { processes: [life("a", QUARANTINE), life("b", QUARANTINE)], cuts: [] };
  valkey = follow(admit(valkey, "a", "b"), "b", "a");
  expect(attach(...both(valkey, "b"))).toBeUndefined();
});

test("a replica without its user on the primary cannot attach", () => {
  let valkey: Valkey = { processes: [life("a", PRIMARY), life("b", QUARANTINE)], cuts: [] };
  valkey = follow(valkey, "b", "a");
  expect(attach(...both(valkey, "b"))).toBeUndefined();
  expect(attach(...both(admit(valkey, "a", "b"), "b"))).toBeDefined();
});

test("an empty primary wipes whoever follows it: that is why nobody boots as one", () => {
  let valkey = three();
  valkey = { ...valkey, processes: [...valkey.processes, life("d", PRIMARY)] };
  valkey = joined(follow(admit(valkey, "d", "b"), "b", "d"), "b");
  expect(named(valkey, "b").items).toEqual([]);
});

test("a follower that was level with the fork continues, one beyond it loses what it had more", () => {
  let valkey = freeze(freeze(three(), "b"), "c");
  valkey = append(valkey, named(valkey, "a"), "w2"); // the old primary goes on alone
  valkey = promote(valkey, "b", 0);
  valkey = must(attach(...both(follow(admit(valkey, "b", "c"), "c", "b"), "c")));
  expect(linkOf(named(valkey, "c"))).toBe("up");
  valkey = must(attach(...both(follow(admit(valkey, "b", "a"), "a", "b"), "a")));
  expect(linkOf(named(valkey, "a"))).toBe("syncing");
  expect(holds(named(must(finishSync(...both(valkey, "a"))), "a"), "w2")).toBe(false);
});

test("a frozen replica does not advance, whatever its old primary writes", () => {
  const valkey = append(freeze(three(), "b"), named(three(), "a"), "w2");
  expect(stream(...both(valkey, "b"))).toBeUndefined();
  expect(holds(named(must(stream(...both(valkey, "c"))), "c"), "w2")).toBe(true);
});

test("bytes in flight outlive their sender, and a freeze cuts them", () => {
  let valkey = append(three(), named(three(), "a"), "w2");
  valkey = dropFollowers(valkey, named(valkey, "a"), "in flight");
  valkey = { ...valkey, processes: valkey.processes.filter((process) => process.pod !== "a") };
  expect(holds(named(must(deliver(...both(valkey, "b"))), "b"), "w2")).toBe(true);
  expect(deliver(...both(freeze(valkey, "b"), "b"))).toBeUndefined();
});

test("a marker is refused while too few replicas are attached, and takes the place of the one before", () => {
  const valkey = promote(freeze(three(), "b"), "b", 1);
  const mark = {
    _tag: "Mark",
    pod: identity(named(valkey, "b")),
    epoch: epoch(2),
    marker: { epoch: epoch(2), seq: 0, pod: podName("b") },
  } as const;
  expect(obey(valkey, named(valkey, "b"), mark).outcome).toMatchObject({ _tag: "Refused", why: expect.stringContaining("NOREPLICAS") });
  const attached = must(attach(...both(follow(admit(valkey, "b", "c"), "c", "b"), "c")));
  const marked = obey(attached, named(attached, "b"), mark).valkey;
  expect(markerOf(named(marked, "b"))).toEqual(mark.marker);
  expect(named(marked, "b").items.map((item) => item.id)).toEqual(["w1", "marker:2:0:b"]);
});

test("an expelled replica is cut off at once and cannot come back", () => {
  let valkey = three();
  valkey = obey(valkey, named(valkey, "a"), {
    _tag: "Expel",
    pod: identity(named(valkey, "a")),
    ...EPOCH,
    users: [userOf(named(valkey, "b"))],
  }).valkey;
  expect(linkOf(named(valkey, "b"))).toBe("connecting");
  expect(attach(...both(valkey, "b"))).toBeUndefined();
  expect(isPrimary(named(valkey, "a"))).toBe(true);
});
