import { expect, test } from "vitest";
import type { Cluster } from "./cluster.ts";
import type { Action } from "./decision.ts";
import type { Event } from "./event.ts";
import { type Memory, initialMemory } from "./memory.ts";
import { remember } from "./remember.ts";
import type { FailoverRecord } from "./record.ts";
import { parseSpec } from "./spec.ts";
import { epoch, instant, resourceVersion, uid } from "./units.ts";

const clusterAt = (version: string, record?: FailoverRecord): Cluster => {
  const at = resourceVersion(version);
  return {
    namespace: "default",
    name: "web",
    uid: uid("one"),
    version: at,
    generation: 1,
    deleting: false,
    annotations: {},
    spec: parseSpec({}).spec,
    invalid: [],
    recordUnreadable: false,
    pods: [],
    claims: [],
    objects: [],
    asOf: {
      ValkeyCluster: at,
      Pod: at,
      PersistentVolumeClaim: at,
      ConfigMap: at,
      PodDisruptionBudget: at,
      Secret: at,
      Service: at,
      StatefulSet: at,
    },
    ...(record === undefined ? {} : { record }),
  };
};
const claimed: FailoverRecord = { version: 1, epoch: epoch(1), members: [], waitReplicas: 1, minReplicas: 0, retired: [] };
const claim: Action = { _tag: "Claim", epoch: epoch(1), record: claimed, at: resourceVersion("9") };

const fold = (memory: Memory, ...events: readonly Event[]): Memory => events.reduce(remember, memory);
const read = (cluster: Cluster, now = 2): Event => ({ now: instant(now), _tag: "Read", cluster });
const claiming: Memory = { ...fold(initialMemory, read(clusterAt("9"))), inFlight: [{ action: claim, since: instant(2) }] };

test("our own write is known before the watch shows it, and an older snapshot does not take it back", () => {
  const done = fold(claiming, {
    now: instant(3),
    _tag: "Performed",
    action: claim,
    outcome: { _tag: "Done", version: resourceVersion("10") },
  });
  expect(done.cluster?.record).toEqual(claimed);
  expect(fold(done, read(clusterAt("9"))).cluster?.record).toEqual(claimed);
  expect(fold(done, read(clusterAt("11"))).cluster?.record).toBeUndefined();
});

test("after a lost answer only lists that began later are believed", () => {
  const lost = fold(claiming, { now: instant(5), _tag: "Performed", action: claim, outcome: { _tag: "Unknown", why: "timeout" } });
  expect(fold(lost, read(clusterAt("12"), 6)).forgottenAt).toBe(5);
  const listed: Event = { now: instant(7), _tag: "Read", cluster: clusterAt("12", claimed), consistent: { began: instant(6) } };
  expect(fold(lost, listed).forgottenAt).toBeUndefined();
  expect(fold(lost, listed).cluster?.record).toEqual(claimed);
});

test("an outcome that answers nothing in flight changes nothing", () => {
  const late: Event = { now: instant(2), _tag: "Performed", action: claim, outcome: { _tag: "Done", version: resourceVersion("99") } };
  const idle = fold(initialMemory, read(clusterAt("9")));
  expect(fold(idle, late)).toEqual(idle);
});

test("a cluster that was deleted and created anew starts from nothing", () => {
  const renewed = fold(claiming, read({ ...clusterAt("20"), uid: uid("two") }));
  expect(renewed.inFlight).toEqual([]);
  expect(renewed.cluster?.uid).toBe("two");
});

test("each further refusal of the same thing is left alone for longer", () => {
  const refused: Event = {
    now: instant(3),
    _tag: "Performed",
    action: claim,
    outcome: { _tag: "Refused", why: "quota", transient: false },
  };
  const once = fold(claiming, refused);
  expect(once.refused).toEqual([{ key: "Claim", why: "quota", notBefore: 1003, times: 1 }]);
  const twice = fold({ ...once, inFlight: claiming.inFlight }, refused);
  expect(twice.refused).toEqual([{ key: "Claim", why: "quota", notBefore: 2003, times: 2 }]);
});
