// What people do to a cluster's data: everything deleted at once, the cluster made anew over its volumes, edits in the wrong
// moment, and two clusters of one name.
import { setTimeout as sleep } from "node:timers/promises";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import { at, listOf } from "../../scenarios/reading.ts";
import { employ, failOver } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

/** The log is brought to the disk once a second. */
const SYNCED_MS = 1_500;

const allAtOnce = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web", { recovery: { waitMs: 5_000 } });
  await subject.whole();
  const clients = await employ(stage, subject);
  await clients.workload.stop();
  await sleep(SYNCED_MS);
  const epoch = subject.epoch();
  const began = performance.now();
  const pods = subject.watching.pods();
  await Promise.all(pods.map(({ name }) => stage.backend.api.remove(pathTo("pods", subject.namespace, name), { graceSeconds: 0 })));
  await eventually(
    "a claim",
    () => subject.epoch() > epoch,
    () => subject.unsettled().join("; "),
  );
  await subject.whole();
  stage.figure("whole again ms", performance.now() - began);
  await clients.reckon({ plain: "kept", reads: "may be old" });
};

const again = async (stage: Stage): Promise<void> => {
  const spec = { recovery: { waitMs: 5_000 } };
  const subject = await stage.create("web", spec);
  await subject.whole();
  demand((await subject.valkey(subject.primary(), "SET", "key", "kept")) === "OK", "the write was refused");
  await subject.valkey(subject.primary(), "WAIT", "2", "5000");
  await sleep(SYNCED_MS);
  await stage.backend.api.remove(subject.path);
  const gone = async (): Promise<boolean> =>
    (await stage.get(subject.path)) === undefined && listOf(at(await stage.get(pathTo("pods", subject.namespace)), "items")).length === 0;
  await eventually("it is gone", gone);
  await subject.forget();
  const began = performance.now();
  const made = await stage.create("web", spec);
  await made.whole();
  stage.figure("whole ms", performance.now() - began);
  for (const pod of ["web-0", "web-1", "web-2"]) demand((await made.valkey(pod, "GET", "key")) === "kept", `${pod} has lost the data`);
};

const edits = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const stop = stage.backend.operator.onLine((line) => {
    if (line["cluster"] !== `${subject.namespace}/web` || line["action"] !== "Freeze") return;
    stop();
    void stage.change(subject.path, { spec: { replicas: 4, labels: { team: "storage" }, sentinel: { pingIntervalMs: 400 } } });
  });
  const seen = await failOver(subject, clients, (pod) => stage.backend.faults.kill(stage.place(subject, pod)));
  stage.figure("first write ms", seen.firstWrite);
  stage.figure("gap ms", seen.gap);
  await subject.whole(4);
  await clients.reckon({ plain: "may be lost", reads: "may be old" }, 4);
  demand(seen.epochs === 1, `${seen.epochs} epochs for one fault`);
  const labels = at(await stage.get(pathTo("apps/v1/statefulsets", subject.namespace, "web")), "metadata", "labels");
  demand(at(labels, "team") === "storage", "the edit did not arrive at the StatefulSet");
};

const twins = async (stage: Stage): Promise<void> => {
  const here = await stage.create("web");
  const there = await stage.create("web", {}, `${stage.namespace}-too`);
  await Promise.all([here.whole(), there.whole()]);
  for (const [twin, value] of [
    [here, "here"],
    [there, "there"],
  ] as const)
    demand((await twin.valkey(twin.primary(), "SET", "key", value)) === "OK", `the write to ${twin.namespace} was refused`);
  demand((await here.login()).password !== (await there.login()).password, "two clusters have one password");
  const before = JSON.stringify(there.watching.record());
  const clients = await employ(stage, here);
  const seen = await failOver(here, clients, async (pod) => {
    await stage.backend.api.remove(pathTo("pods", here.namespace, pod), { graceSeconds: 0 });
  });
  stage.figure("first write ms", seen.firstWrite);
  await here.whole();
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  for (const pod of ["web-0", "web-1", "web-2"]) {
    demand((await here.valkey(pod, "GET", "key")) === "here", `${pod} here has another's data`);
    demand((await there.valkey(pod, "GET", "key")) === "there", `${pod} there has another's data`);
  }
  demand(JSON.stringify(there.watching.record()) === before, "the other one of that name was touched");
};

export const data: readonly Scenario[] = [
  {
    name: "all-pods-at-once",
    what: "all pods are deleted by force at once: the data comes back with the volumes",
    needs: [],
    play: allAtOnce,
  },
  { name: "made-anew", what: "the cluster is deleted and made anew, its volumes kept: it goes on with their data", needs: [], play: again },
  { name: "edited-meanwhile", what: "the spec is edited in the middle of a failover", needs: ["kill"], play: edits },
  {
    name: "same-name",
    what: "two clusters of one name in two namespaces: a failover of one does not touch the other",
    needs: [],
    play: twins,
  },
];
