// Clusters come up with all that belongs to them, grow and shrink, and work with less than was asked for.
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import { at, listOf } from "../../scenarios/reading.ts";
import type { Subject } from "../../scenarios/subject.ts";
import { employ, failOver } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const READY_WITHIN_MS = 20_000;

const objects: readonly (readonly [string, readonly string[]])[] = [
  ["services", ["web-client", "web-headless", "web-replicas"]],
  ["configmaps", ["web-config"]],
  ["secrets", ["web-secret"]],
  ["apps/v1/statefulsets", ["web"]],
  ["policy/v1/poddisruptionbudgets", ["web-pdb"]],
  ["persistentvolumeclaims", ["data-web-0", "data-web-1", "data-web-2"]],
];

const deploy = async (stage: Stage): Promise<void> => {
  const began = performance.now();
  const subject = await stage.create("web");
  const ready = async (): Promise<boolean> => (await subject.condition("Ready"))["status"] === "True";
  await eventually("it says that it is ready", ready, () => subject.unsettled().join("; "));
  stage.figure("ready ms", performance.now() - began);
  await subject.whole();
  stage.figure("settled ms", performance.now() - began);
  demand(subject.primary() === "web-0", `the first primary is ${subject.primary()}; it has to be web-0`);
  for (const [kind, names] of objects)
    for (const name of names) demand((await stage.get(pathTo(kind, subject.namespace, name))) !== undefined, `there is no ${kind} ${name}`);
  const roles = await Promise.all(["web-0", "web-1", "web-2"].map((pod) => subject.valkey(pod, "ROLE")));
  demand(
    roles[0]?.startsWith("[master") === true && roles.slice(1).every((role) => role.startsWith("[slave")),
    `the roles are ${roles.join("; ")}`,
  );
  await eventually("every pod is ready", async () => (await readyPods(stage, subject)) === 3);
  const nodes = new Set(listOf(at(await stage.get(pathTo("pods", subject.namespace)), "items")).map((pod) => at(pod, "spec", "nodeName")));
  stage.figure("nodes", nodes.size);
  const took = Number(stage.figures()["ready ms"]);
  demand(took <= READY_WITHIN_MS, `ready after ${took} ms; at most ${READY_WITHIN_MS} ms is the aim`);
};

const readyPods = async (stage: Stage, subject: Subject): Promise<number> =>
  listOf(at(await stage.get(pathTo("pods", subject.namespace)), "items")).filter((pod) =>
    listOf(at(pod, "status", "conditions")).some((one) => one["type"] === "Ready" && one["status"] === "True"),
  ).length;

const scale = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  for (const replicas of [5, 3]) {
    const began = performance.now();
    await stage.change(`${subject.path}/scale`, { spec: { replicas } });
    await subject.whole(replicas);
    stage.figure(`to ${replicas} ms`, performance.now() - began);
  }
  await clients.reckon({ plain: "kept", reads: "current" }, 3);
  demand(subject.epoch() === 1, `epoch ${subject.epoch()}: nobody had to take over`);
};

const pair = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web", { replicas: 2 });
  await subject.whole();
  const clients = await employ(stage, subject);
  const seen = await failOver(subject, clients, async (pod) => {
    await stage.backend.api.remove(pathTo("pods", subject.namespace, pod), { graceSeconds: 0 });
  });
  stage.figure("first write ms", seen.firstWrite);
  stage.figure("gap ms", seen.gap);
  await subject.whole(2);
  await clients.reckon({ plain: "may be lost", reads: "may be old" }, 2);
};

/** Two nodes take pods, and each has room for one: the third pod waits for ever. */
const pending = async (stage: Stage): Promise<void> => {
  const [, , ...closed] = stage.backend.nodes;
  for (const node of closed) {
    const path = `/api/v1/nodes/${node}`;
    stage.keep(() => stage.change(path, { spec: { unschedulable: null } }));
    await stage.change(path, { spec: { unschedulable: true } });
  }
  const cores = await Promise.all(
    stage.backend.nodes.map(async (node) => Number(at(await stage.get(`/api/v1/nodes/${node}`), "status", "allocatable", "cpu"))),
  );
  const cpu = `${Math.round(Math.min(...cores) * 600)}m`;
  const subject = await stage.create("web", { replicas: 3, recovery: { waitMs: 5_000 }, resources: { requests: { cpu } } });
  const served = (): boolean => subject.watching.routedTo() === subject.primary() && subject.primary() !== "nobody";
  await eventually("two pods serve", served, () => subject.unsettled().join("; "));
  await eventually("one follows", async () => /\d+, \[\[/.test(await subject.valkey(subject.primary(), "ROLE")));
  const clients = await employ(stage, subject);
  const members = async (): Promise<readonly unknown[]> => listOf(at(await stage.get(subject.path), "status", "failover", "members"));
  await eventually("the replica counts", async () => (await members()).some((member) => at(member, "state") === "Streaming"));
  const seen = await failOver(subject, clients, async (pod) => {
    await stage.backend.api.remove(pathTo("pods", subject.namespace, pod), { graceSeconds: 0 });
  });
  stage.figure("first write ms", seen.firstWrite);
  stage.figure("gap ms", seen.gap);
  // The third is still Pending, so the phase stays what it is; the two that run hold everything.
  await subject.whole(2, "Degraded");
  await clients.reckon({ plain: "may be lost", reads: "may be old" }, 2, "Degraded");
};

export const shape: readonly Scenario[] = [
  { name: "deploy", what: "a cluster comes up with all its objects and roles, ready within 20 s", needs: [], isBrief: true, play: deploy },
  { name: "scale", what: "3 to 5 to 3 pods while clients write: no failover, nothing lost", needs: [], isBrief: true, play: scale },
  { name: "pair", what: "two pods, one of them lost", needs: [], play: pair },
  { name: "pending", what: "one pod is Pending for ever: the other two serve, and fail over", needs: ["nodes"], play: pending },
];
