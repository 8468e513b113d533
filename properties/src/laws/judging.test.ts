// SD: the moment in which a primary counts as lost, to the millisecond, and what is asked before. A user would see a failover while his primary serves, or
// none for a while longer than he configured.
import {
  type Health,
  type Verdict,
  ailmentOf,
  healthOf,
  instant,
  isCertifiedDead,
  judge,
  readingNow,
  silentAt,
  soonest,
  after,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, restarted, serving } from "../regressions/driven.ts";
import { addressOf, identityOf } from "./cluster.ts";
import { type Moment, NOW, SINCE, frozen, mind, moment, pods, silentFor, streaming } from "./situation.ts";

type Mind = Health | undefined;
const said = (verdict: Verdict): string => {
  switch (verdict._tag) {
    case "Fine":
      return "Fine";
    case "Suspect":
      return `${verdict.because} ${verdict.until === undefined ? "for ever" : verdict.until - NOW}`;
    case "Lost":
      return verdict.evidence;
  }
};
const verdict = (health: readonly Mind[], changes: Moment = {}): string => said(judge(moment({ health, ...changes }), identityOf(0)));

const witness = mind(1, streaming(1));
const silent = mind(0, serving(100n), silentFor(1_000));
/** Offsets of this one rose last between two questions of which the earlier was so long before now. */
const rising = (ordinal: number, ago: number, host = addressOf(0)): Mind =>
  mind(ordinal, streaming(ordinal, { upstream: { host, port: 6379, up: true, syncing: false } }), { advancedFrom: after(NOW, -ago) });
const of0 = (change: Partial<ReturnType<typeof pods>["pods"][number]>) => ({ cluster: pods((pod) => (pod.ordinal === 0 ? change : {})) });

test.each<[string, readonly Mind[], string, Moment?]>([
  ["it answers", [mind(0, serving(100n)), witness], "Fine"],
  ["it answers with nothing of use", [mind(0, BUSY), witness], "Fine"],
  ["… and was a replica before", [mind(0, BUSY, { replicaSince: after(NOW, -9_000) }), witness], "Fine"],
  ["its pod is gone", [mind(0, serving(100n)), witness], "Missing", { cluster: { pods: [] } }],
  ["its pod is another one", [mind(0, serving(100n)), witness], "Missing", of0({ uid: uid("another") })],
  ["its container has ended", [mind(0, serving(100n)), witness], "Dead", of0({ container: { _tag: "Terminated", id: "container-0" } })],
  ["another process answers there", [mind(0, restarted(0)), witness], "Dead"],
  ["it says replica for nearly two intervals", [mind(0, frozen(0), { replicaSince: after(NOW, -399) }), witness], "Suspicion 1"],
  ["it says replica for two intervals", [mind(0, frozen(0), { replicaSince: after(NOW, -400) }), witness], "Demoted"],
  ["it misses a question", [mind(0, serving(100n), silentFor(300)), witness], "Suspicion 700"],
  ["it was never heard", [mind(0, "never", { since: after(NOW, -300) }), witness], "Suspicion 700"],
  [
    "it was heard before our own window began",
    [mind(0, serving(100n), { ...silentFor(1_000), since: after(NOW, -300) }), witness],
    "Suspicion 700",
  ],
  ["it was never seen", [undefined, witness], "Silent"],
  ["it was never seen, and the epoch is young", [undefined, witness], "Suspicion 700", { epochSince: after(NOW, -300) }],
  ["it is silent for D", [silent, witness], "Silent"],
  ["… and who answers is of no use", [silent, mind(1, BUSY)], "Silent"],
  ["… and nobody answered for D", [silent, mind(1, streaming(1), silentFor(1_000))], "NoWitness for ever"],
  ["… and somebody answered just in time", [silent, mind(1, streaming(1), silentFor(999))], "Silent"],
  ["… and nobody else was ever heard", [silent, mind(1, "never")], "NoWitness for ever"],
  ["… and a replica heard from it later than one interval", [silent, rising(1, 799)], "PrimaryAliveElsewhere 2201"],
  ["… and what a replica heard was on its way", [silent, rising(1, 800)], "Silent"],
  ["… and a replica of another one heard from that", [silent, rising(1, 799, addressOf(2))], "Silent"],
  ["… and several heard from it", [silent, rising(1, 799), rising(2, 500)], "PrimaryAliveElsewhere 2500"],
  ["… in another order", [silent, rising(1, 500), rising(2, 799)], "PrimaryAliveElsewhere 2500"],
  [
    "it is silent for long, and a replica heard from it until now",
    [mind(0, serving(100n), silentFor(9_000)), rising(1, 2_999)],
    "PrimaryAliveElsewhere 1",
  ],
  [
    "it is silent for long, and a replica heard from it D and two seconds ago",
    [mind(0, serving(100n), silentFor(9_000)), rising(1, 3_000)],
    "Silent",
  ],
])("SD-1 SD-8 of a primary it is said: %s", (_, health, expected, changes = {}) => {
  expect(verdict(health, changes)).toBe(expected);
});

const since = (health: Mind) => silentAt(moment({ health: [health] }), health) - NOW;
test("silence is counted from the last answer, but no earlier than our own window, and that no later than it began", () => {
  expect(since(mind(0, serving(100n)))).toBe(995);
  expect(since(mind(0, serving(100n), { since: NOW }))).toBe(1_000);
  expect(since(mind(0, "never"))).toBe(-59_000);
  expect(since(undefined)).toBe(SINCE + 1_000 - NOW);
});

test("what is known is known of one life of one pod", () => {
  const seen = moment();
  expect(healthOf(seen, identityOf(1))?.target.pod).toBe("web-1");
  expect(healthOf(seen, { ...identityOf(1), uid: identityOf(2).uid })).toBeUndefined();
  expect(healthOf(seen, { ...identityOf(1), pod: identityOf(2).pod })).toBeUndefined();
});

const word = (health: Mind) => readingNow(moment({ health: [undefined, health] }), identityOf(1))?.runId;
test("a process is held to its newest word until it has been silent for D, and to no other's", () => {
  expect(word(witness)).toBe("run-1");
  expect(word(mind(1, streaming(1), silentFor(999)))).toBe("run-1");
  expect(word(mind(1, streaming(1), silentFor(1_000)))).toBeUndefined();
  expect(word(mind(1, streaming(1), { lastHeard: after(NOW, -9_000) }))).toBe("run-1"); // nobody asked
  expect(word(mind(1, restarted(1)))).toBeUndefined();
  expect(word(mind(1, BUSY))).toBeUndefined();
  expect(word(mind(1, "commanded"))).toBeUndefined();
  expect(word(undefined)).toBeUndefined();
});

const dead = (health: Mind, cluster: Moment["cluster"] = {}) => isCertifiedDead(moment({ health: [health], cluster }), identityOf(0));
test("a certificate of death is the end of its container, or another process in its place; that its pod is gone is none", () => {
  expect(dead(mind(0, serving(100n)))).toBe(false);
  expect(dead(undefined)).toBe(false);
  expect(dead(mind(0, restarted(0)))).toBe(true);
  expect(dead(undefined, of0({ container: { _tag: "Terminated", id: "container-0" } }).cluster)).toBe(true);
  expect(dead(mind(0, restarted(0)), { pods: [] })).toBe(false);
  expect(dead(mind(0, restarted(0)), of0({ uid: uid("another") }).cluster)).toBe(false);
  expect(dead(mind(0, restarted(0)), of0({ name: identityOf(1).pod }).cluster)).toBe(false);
});

test("an ailment is what it answers instead of a reading", () => {
  expect(ailmentOf(moment(), identityOf(0))).toBeUndefined();
  expect(ailmentOf(moment({ health: [undefined] }), identityOf(0))).toBeUndefined();
  expect(ailmentOf(moment({ health: [mind(0, "commanded")] }), identityOf(0))).toBeUndefined();
  expect(ailmentOf(moment({ health: [mind(0, { _tag: "MaxClients", text: "" })] }), identityOf(0))).toBe("web-0: MaxClients");
  expect(soonest(undefined, instant(3), undefined, instant(2))).toBe(2);
  expect(soonest(undefined)).toBeUndefined();
});
