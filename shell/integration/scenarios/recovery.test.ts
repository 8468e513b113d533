// Clusters that cannot simply elect somebody: two pods, one pod, all pods at once, with volumes and without; and two that have the same
// name. Each goes on by itself, keeps what can be kept, and says what cannot.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, eventsOf, listOf, openRig, PATIENCE_MS, type Rig, type Subject, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
  await rig.namespace("other");
}, 120_000);
afterAll(() => rig.stop(), 120_000);

/** The log is appended to at once and brought to the disk once a second. */
const SYNCED_MS = 1_500;

const set = async (subject: Subject, value: string): Promise<void> => {
  expect(await subject.valkey(subject.primary(), "SET", "key", value)).toBe("OK");
};
const claimed = (subject: Subject): readonly unknown[] =>
  rig.log
    .filter((line) => line["cluster"] === `${subject.namespace}/${subject.name}` && line["action"] === "Claim")
    .map((line) => line["because"]);

describe.concurrent("recovery", { timeout: 3 * PATIENCE_MS }, () => {
  test("two clusters of one name in two namespaces, of two pods each: a failover in one is none of the other's business", async () => {
    const [here, there] = await Promise.all([
      rig.create({ name: "twin", spec: { replicas: 2 } }),
      rig.create({ name: "twin", namespace: "other", spec: { replicas: 2 } }),
    ]);
    await Promise.all([here.whole(), there.whole()]);
    await Promise.all([set(here, "here"), set(there, "there")]);
    expect(await here.valkey("twin-0", "WAIT", "1", "5000")).toBe("1");
    expect((await here.login()).password).not.toBe((await there.login()).password);
    const before = JSON.stringify(there.watching.record());
    here.kill("twin-0", "SIGKILL");
    await until("a failover with one replica", () => here.epoch() === 2);
    await here.whole();
    expect(here.primary()).toBe("twin-1");
    for (const pod of ["twin-0", "twin-1"]) {
      expect(await here.valkey(pod, "GET", "key")).toBe("here");
      expect(await there.valkey(pod, "GET", "key")).toBe("there");
    }
    expect(JSON.stringify(there.watching.record())).toBe(before);
  });

  test("a single pod gets its role back with its volume, and its data", async () => {
    const subject = await rig.create({ name: "single", spec: { replicas: 1, persistence: { enabled: true } } });
    await subject.whole();
    await set(subject, "kept");
    await sleep(SYNCED_MS);
    for (let times = 0; times < 2; times++) {
      const before = subject.epoch();
      subject.kill("single-0", "SIGKILL");
      await until("the role is granted again", () => subject.epoch() > before);
      await subject.whole();
      expect(await subject.valkey("single-0", "GET", "key")).toBe("kept");
    }
    expect(claimed(subject)).toContain("VolumeReturned");
  });

  test("all pods killed at once, with volumes: the data is there again", async () => {
    const spec = { persistence: { enabled: true }, recovery: { waitMs: 1_000 } };
    const subject = await rig.create({ name: "blackout", spec });
    await subject.whole();
    await set(subject, "kept");
    expect(await subject.valkey(subject.primary(), "WAIT", "2", "5000")).toBe("2");
    await sleep(SYNCED_MS);
    for (const pod of ["blackout-0", "blackout-1", "blackout-2"]) subject.kill(pod, "SIGKILL");
    await until("a claim", () => subject.epoch() > 1);
    await subject.whole();
    for (const pod of ["blackout-0", "blackout-1", "blackout-2"]) expect(await subject.valkey(pod, "GET", "key")).toBe("kept");
    expect(claimed(subject)).toContain("VolumeReturned");
  });

  test("all pods killed at once, without volumes: the loss is recorded, and the cluster serves again", async () => {
    const subject = await rig.create({ name: "amnesia" });
    await subject.whole();
    await set(subject, "lost");
    for (const pod of ["amnesia-0", "amnesia-1", "amnesia-2"]) subject.kill(pod, "SIGKILL");
    await until("a claim", () => subject.epoch() > 1);
    await subject.whole();
    expect(claimed(subject)).toContain("DataLost");
    await until("an Event says it", async () => (await eventsOf(rig, subject)).includes("DataLost"));
    expect(await subject.valkey(subject.primary(), "GET", "key")).toBe("(nil)");
    await set(subject, "new");
    expect(await subject.valkey(subject.primary(), "WAIT", "2", "5000")).toBe("2");
  });

  test("a cluster made anew over the volumes that its predecessor left goes on with their data", async () => {
    const spec = { replicas: 2, persistence: { enabled: true }, recovery: { waitMs: 5_000 } };
    const subject = await rig.create({ name: "phoenix", spec });
    await subject.whole();
    await set(subject, "kept");
    expect(await subject.valkey(subject.primary(), "WAIT", "1", "5000")).toBe("1");
    await rig.sandbox.api.remove(subject.path);
    const pods = "/api/v1/namespaces/default/pods?labelSelector=app.kubernetes.io/instance%3Dphoenix";
    await until(
      "it is gone",
      async () => (await rig.get(subject.path)) === undefined && listOf(at(await rig.get(pods), "items")).length === 0,
    );
    const again = await rig.create({ name: "phoenix", spec });
    await again.whole();
    expect(await again.valkey(again.primary(), "GET", "key")).toBe("kept");
    expect(claimed(again)).toContain("VolumeReturned");
  });
});
