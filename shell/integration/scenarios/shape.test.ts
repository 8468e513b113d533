// What people do to a cluster's objects, with the operator looking on: edits that restart nothing, a scale-down that would take the primary
// away, drift, and a deletion in the middle of a failover. Each has a cluster of its own.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { at, change, eventsOf, listOf, type LogLine, openRig, PATIENCE_MS, quick, type Rig, type Subject, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

const core = "/api/v1/namespaces/default";
const items = async (path: string): Promise<readonly LogLine[]> => listOf(at(await rig.get(path), "items"));
const podsOf = (subject: Subject): Promise<readonly LogLine[]> =>
  items(`${core}/pods?labelSelector=app.kubernetes.io/instance%3D${subject.name}`);
/** Which process each pod is: name, UID and restarts of its container. */
const livesOf = async (subject: Subject): Promise<readonly string[]> =>
  (await podsOf(subject)).map((pod) => {
    const [container] = listOf(at(pod, "status", "containerStatuses"));
    return [at(pod, "metadata", "name"), at(pod, "metadata", "uid"), container?.["restartCount"]].join(" ");
  });
describe.concurrent("objects", { timeout: 3 * PATIENCE_MS }, () => {
  test("an edit of the template restarts nothing, is shown as UpdatePending, and is taken up by a pod that is made anew", async () => {
    const subject = await rig.create({ name: "edited" });
    await subject.whole();
    const lives = await livesOf(subject);
    await change(rig, subject.path, { spec: { image: "docker.io/valkey/valkey:8.1", resources: { requests: { cpu: "50m" } } } });
    const pending = async (): Promise<string> => {
      const condition = await subject.condition("UpdatePending");
      return condition["status"] === "True" ? String(condition["message"]) : "";
    };
    await until("UpdatePending names all pods", async () => /edited-0, edited-1, edited-2/.test(await pending()));
    await sleep(2_000);
    expect(await livesOf(subject)).toEqual(lives);
    expect(subject.epoch()).toBe(1);

    await rig.sandbox.api.remove(`${core}/pods/edited-2`);
    await until(
      "UpdatePending names the others",
      async () => /edited-0, edited-1:/.test(await pending()),
      () => subject.unsettled().join("; "),
    );
    await subject.whole();
    const images = (await podsOf(subject)).map((pod) => listOf(at(pod, "spec", "containers"))[0]?.["image"]);
    expect(images).toEqual(["docker.io/valkey/valkey:8.0.1", "docker.io/valkey/valkey:8.0.1", "docker.io/valkey/valkey:8.1"]);
  });

  test("a scale-down that would remove the primary is held above it while nobody can take over, said, and given up again", async () => {
    const subject = await rig.create({ name: "held" });
    await subject.whole();
    for (const replica of ["held-1", "held-2"])
      await subject.valkey(replica, "CONFIG", "SET", "replica-priority", replica === "held-2" ? "1" : "100");
    subject.kill("held-0", "SIGKILL");
    await until("another primary", () => subject.epoch() === 2 && subject.primary() !== "held-0");
    await subject.whole();
    const primary = subject.primary();
    const kept = Number(primary.slice("held-".length)) + 1;
    for (const other of ["held-0", "held-1", "held-2"])
      if (other !== primary) await subject.valkey(other, "CONFIG", "SET", "replica-priority", "0");
    await sleep(2 * quick.pingIntervalMs); // until that was read
    await change(rig, `${subject.path}/scale`, { spec: { replicas: 1 } });
    const condition = await until("it is held", async () => {
      const found = await subject.condition("Progressing");
      return found["reason"] === "ScaleDownHeld" ? found : undefined;
    });
    expect(condition["message"]).toContain(primary);
    await until("what can go is gone", async () => (await podsOf(subject)).length === kept);
    await until("an Event says why", async () => (await eventsOf(rig, subject)).includes("NoCandidate"));
    expect(await subject.valkey(primary, "ROLE")).toMatch(/^\[master/);
    expect(subject.watching.routedTo()).toBe(primary);
    await sleep(3 * quick.downAfterMs); // long enough for those that had to leave to have left
    await change(rig, `${subject.path}/scale`, { spec: { replicas: 3 } });
    await subject.whole();
    expect(subject.epoch()).toBe(2);
  });

  test("drift of what is ours is repaired, what is not ours is kept, and what is gone is made again", async () => {
    const subject = await rig.create({ name: "drifted" });
    await subject.whole();
    const lives = await livesOf(subject);
    const service = `${core}/services/drifted-client`;
    await change(rig, service, {
      metadata: { labels: { team: "theirs" }, annotations: { note: "theirs" } },
      spec: { selector: { "statefulset.kubernetes.io/pod-name": "drifted-2" } },
    });
    await change(rig, `${core}/configmaps/drifted-config`, { data: { "valkey.conf": "port 1" } });
    await change(rig, pathTo("apps/v1/statefulsets", "default", "drifted"), { spec: { replicas: 5 } });
    await rig.sandbox.api.remove(`${core}/services/drifted-headless`);
    await until(
      "the write Service is back on the primary",
      async () => at(await rig.get(service), "spec", "selector", "statefulset.kubernetes.io/pod-name") === "drifted-0",
    );
    expect(await rig.get(service)).toMatchObject({ metadata: { labels: { team: "theirs" }, annotations: { note: "theirs" } } });
    await until("the configuration is back", async () =>
      String(at(await rig.get(`${core}/configmaps/drifted-config`), "data", "valkey.conf")).includes("repl-backlog-size"),
    );
    await until("the headless Service is back", () => rig.get(`${core}/services/drifted-headless`));
    await subject.whole();
    // A pod that came with the drifted scale may have been there for a moment; those of the cluster are the same.
    expect(await livesOf(subject)).toEqual(lives);
    expect(subject.epoch()).toBe(1);
  });

  test("a cluster deleted in the middle of a failover is gone with all children, and one of the same name is a new one", async () => {
    const subject = await rig.create({ name: "deleted" });
    await subject.whole();
    const deleted = new Promise<unknown>((resolve) => {
      const stop = rig.onLine((line) => {
        if (line["cluster"] !== "default/deleted" || line["action"] !== "Freeze") return;
        stop();
        resolve(rig.sandbox.api.remove(subject.path));
      });
    });
    subject.kill("deleted-0", "SIGKILL");
    await deleted;
    const owned = ["pods", "services", "configmaps", "secrets"].map((kind) => `${core}/${kind}`);
    const collections = [
      ...owned,
      "/apis/apps/v1/namespaces/default/statefulsets",
      "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
    ];
    const left = async (): Promise<readonly unknown[]> =>
      (await Promise.all(collections.map((path) => items(`${path}?labelSelector=app.kubernetes.io/instance%3Ddeleted`)))).flat();
    await until("no child is left", async () => (await rig.get(subject.path)) === undefined && (await left()).length === 0);

    const again = await rig.create({ name: "deleted" });
    await until("it starts from the beginning", () => again.epoch() === 1);
    await again.whole();
    expect(again.epoch()).toBe(1);
  });
});

test("nothing of all this was an error to the operator", () => {
  expect(rig.log.filter((line) => line["level"] === "error")).toEqual([]);
});
