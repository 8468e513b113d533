// Nodes are lost and emptied, with the operator's leader elsewhere or on them.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../src/kubernetes/answer.ts";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import { at, listOf } from "../../scenarios/reading.ts";
import type { Subject } from "../../scenarios/subject.ts";
import { standing, type Undo } from "../backend.ts";
import { employ, failOver } from "../measure.ts";
import { nodeOf } from "../pods.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const DOWN_AFTER_MS = 5_000;

/** Hands the role to a pod on that node, or on any other one, if it is not there already. */
const moveTo = async (stage: Stage, subject: Subject, isWanted: (node: string) => boolean): Promise<void> => {
  if (isWanted(await nodeOf(stage, subject, subject.primary()))) return;
  const pods = await Promise.all(subject.watching.pods().map(async ({ name }) => ({ name, node: await nodeOf(stage, subject, name) })));
  const to = pods.find(({ node }) => isWanted(node))?.name;
  demand(to !== undefined, "no pod is on such a node");
  await stage.change(subject.path, { metadata: { annotations: { "valkey.verilean.io/switchover": `${subject.epoch()} ${to ?? ""}` } } });
  await eventually(
    `${to ?? ""} is the primary`,
    () => subject.primary() === to,
    () => subject.unsettled().join("; "),
  );
  await subject.whole();
};

const loseNode = async (stage: Stage, withLeader: boolean, limitMs: number): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const leader = await stage.backend.operator.node();
  demand(!withLeader || leader !== undefined, "the operator does not run on a node of the cluster");
  await moveTo(stage, subject, (node) => (node === leader) === withLeader);
  const clients = await employ(stage, subject);
  let back: Undo = standing;
  const seen = await failOver(subject, clients, async (pod) => {
    back = stage.keep(await stage.backend.faults.loseNode(await nodeOf(stage, subject, pod)));
  });
  stage.figure("first write ms", seen.firstWrite);
  stage.figure("gap ms", seen.gap);
  await sleep(3_000);
  await back();
  await subject.whole();
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  demand(seen.epochs === 1, `${seen.epochs} epochs for one fault`);
  demand(seen.firstWrite <= limitMs, `the first write after ${Math.round(seen.firstWrite)} ms; at most ${limitMs} ms is promised`);
};

/** What `kubectl drain` does: no new pods there, and every pod asked to go, again and again while a budget forbids it. */
const drain = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const primary = subject.primary();
  const node = await nodeOf(stage, subject, primary);
  const path = `/api/v1/nodes/${node}`;
  stage.keep(() => stage.change(path, { spec: { unschedulable: null } }));
  const seen = await failOver(subject, clients, async () => {
    await stage.change(path, { spec: { unschedulable: true } });
    await Promise.all([subject.namespace, "gungnir-system"].map((namespace) => evictAll(stage, namespace, node)));
  });
  stage.figure("gap ms", seen.gap);
  await eventually("the pod is elsewhere", async () => (await nodeOf(stage, subject, primary)) !== node);
  await stage.change(path, { spec: { unschedulable: null } });
  await subject.whole();
  await clients.reckon({ plain: "kept", reads: "may be old" });
  demand(seen.gap <= 2_000, `writes stood still for ${Math.round(seen.gap)} ms; at most 2000 ms is the aim of a handover`);
  stage.figure("epochs", seen.epochs);
};

const evictAll = async (stage: Stage, namespace: string, node: string): Promise<void> => {
  const { client } = stage.backend;
  const version = listOf(at(await stage.get("/api/v1"), "resources")).find((one) => one["name"] === "pods/eviction")?.["version"];
  const pods = listOf(at(await stage.get(pathTo("pods", namespace)), "items")).filter((pod) => at(pod, "spec", "nodeName") === node);
  await Promise.all(
    pods.map((pod) => {
      const name = String(at(pod, "metadata", "name"));
      return eventually(`${name} may be evicted`, async () => {
        const body = { apiVersion: `policy/${String(version)}`, kind: "Eviction", metadata: { name, namespace } };
        const answer = await client.request({ method: "POST", path: pathTo("pods", namespace, name, "eviction"), body });
        const status = answer._tag === "Answered" ? answer.status : 0;
        if ((status >= 200 && status < 300) || status === 404) return true;
        if (status === 429) return false;
        throw new Error(`evicting ${name}: ${messageOf(answer)}`);
      });
    }),
  );
};

export const nodes: readonly Scenario[] = [
  {
    name: "drain",
    what: "the primary's node is cordoned and drained: it hands over, no write is lost, the gap is below 2 s",
    needs: ["nodes"],
    isBrief: true,
    play: drain,
  },
  {
    name: "node-loss",
    what: "the primary's node stops, kubelet and containers, the leader is elsewhere: D + 3 s",
    needs: ["loseNode"],
    play: (stage) => loseNode(stage, false, DOWN_AFTER_MS + 3_000),
  },
  {
    name: "node-loss-with-leader",
    what: "the node of both the primary and the operator's leader stops: D + 20 s",
    needs: ["loseNode", "installed"],
    play: (stage) => loseNode(stage, true, DOWN_AFTER_MS + 20_000),
  },
];
