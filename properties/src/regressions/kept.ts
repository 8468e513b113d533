// Where core once went wrong. The numbers are named in the comments of the fixes.
import { podName, runId } from "@gungnir/core";
import { follows, isAbout, processOf } from "./regression.ts";
import type { Regression } from "./regression.ts";

const [WEB_0, WEB_1, WEB_2] = [runId("web-0:r1"), runId("web-1:r1"), runId("web-2:r1")];
const [POD_0, POD_1] = [podName("web-0"), podName("web-1")];

export const KEPT: { readonly [number: string]: Regression } = {
  "0001": {
    title: "a promoted candidate that was just commanded is not abandoned when the intent's deadline passes",
    scenario: { faults: 1, kinds: ["crash"], slow: ["links"] },
    moves: [
      { _tag: "Fault", kind: "crash", process: WEB_0, tail: "unsent" },
      { _tag: "Report", pod: POD_0 },
      { until: (world) => follows(world, WEB_2, "web-1") },
      { until: (world) => isAbout(world, "Expel") },
    ],
    depth: 12,
  },
  "0003": {
    title: "a member that is being cut off is not let in again, and whoever was let in again was not cut off",
    scenario: { faults: 1, kinds: ["pod deleted"], slow: ["links"] },
    moves: [
      { _tag: "Fault", kind: "pod deleted", pod: POD_0 },
      { until: (world) => follows(world, WEB_2, "web-1") },
      { until: (world) => isAbout(world, "Expel") },
      { _tag: "Attach", process: WEB_2 },
    ],
    depth: 12,
  },
  "0005": {
    title: "a dead process that nobody has reported yet is not fenced for ever",
    scenario: { faults: 1, kinds: ["crash"], slow: ["kubelet"] },
    moves: [
      { _tag: "Fault", kind: "crash", process: WEB_0, tail: "unsent" },
      { until: (world) => world.api.cluster.record?.primary?.pod === "web-1" },
    ],
  },
  "0006": {
    title: "an Admit in flight is not overtaken by the swap that drops the same member",
    scenario: { faults: 1, kinds: ["crash"], victims: "replicas" },
    moves: [
      { _tag: "Fault", kind: "crash", process: WEB_1, tail: "unsent" },
      { _tag: "Report", pod: POD_1 },
      { until: (world) => isAbout(world, "Expel") },
      { _tag: "Restart", pod: POD_1 },
    ],
  },
  "0007": {
    title: "a primary whose pod was deleted by force is demoted on contact",
    scenario: { faults: 1, kinds: ["pod deleted by force"] },
    moves: [{ _tag: "Fault", kind: "pod deleted by force", pod: POD_0 }, { until: (world) => world.api.cluster.record?.epoch === 2 }],
  },
  "0008": {
    title: "a member that wakes while it is being dropped is not admitted uncounted",
    scenario: { faults: 1, kinds: ["hang"], victims: "replicas" },
    moves: [
      { _tag: "Fault", kind: "hang", process: WEB_1 },
      { until: (world) => isAbout(world, "Expel") },
      { until: (world) => processOf(world, WEB_0)?.users.some((user) => user.startsWith("repl-web-1")) === false },
      { _tag: "Wake", process: WEB_1 },
    ],
  },
  "0009": {
    title: "a failover whose last follower is scaled away after the mark still publishes",
    scenario: { faults: 1, kinds: ["crash"], edits: [{ replicas: 2 }] },
    moves: [
      { _tag: "Fault", kind: "crash", process: WEB_0, tail: "unsent" },
      { until: (world) => isAbout(world, "Mark") },
      { _tag: "Edit" },
    ],
  },
  "0010": {
    title: "a process that was quarantined for long joins once, and stays",
    scenario: { faults: 1, kinds: ["crash"], victims: "replicas", writes: 1, slow: ["streams"] },
    moves: [
      { _tag: "Write", process: WEB_0 },
      { _tag: "Fault", kind: "crash", process: WEB_1, tail: "unsent" },
      {
        until: (world) =>
          world.now - (world.operator.memory.epoch?.since ?? world.now) > 0 &&
          world.operator.decision._tag === "Wait" &&
          world.operator.decision.because === "BarrierNotReached",
      },
      {
        until: (world) =>
          (world.operator.memory.health.find((health) => health.target.pod === POD_1)?.unlinkedSince ?? world.now) <= world.now - 2_000,
      },
      { _tag: "Stream", process: WEB_2 },
    ],
  },
};
