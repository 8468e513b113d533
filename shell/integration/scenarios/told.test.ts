// Troubles that the operator cannot end: it keeps its hands off, says what is wrong where people look, as a condition and as an Event, and
// goes on by itself when the cause is gone.
import { mkdir, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, change, eventsOf, listOf, type LogLine, openRig, PATIENCE_MS, quick, type Rig, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

const core = "/api/v1/namespaces/default";

describe.concurrent("said, and not acted upon", { timeout: 3 * PATIENCE_MS }, () => {
  test("an object of somebody else's under our name is reported and not touched", async () => {
    const path = `${core}/configmaps/alien-config`;
    await rig.sandbox.api.create(`${core}/configmaps`, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "alien-config" },
      data: { theirs: "yes" },
    });
    const before = await rig.get(path);
    const subject = await rig.create({ name: "alien" });
    await until("an Event says it", async () => (await eventsOf(rig, subject)).includes("ForeignObject"));
    await until("Ready says it", async () => (await subject.condition("Ready"))["reason"] === "ForeignObject");
    expect(await rig.get(path)).toEqual(before);
    expect(subject.watching.pods()).toEqual([]);
    await rig.sandbox.api.remove(path);
    await subject.whole();
  });

  test("a primary that cannot write to its disk is no reason for a failover, is said, and serves again when it can", async () => {
    const subject = await rig.create({ name: "full", spec: { sentinel: quick } });
    await subject.whole();
    // A folder where the file has to go: saving fails as on a full disk, and the server then refuses writes with MISCONF.
    const folder = (await subject.valkey("full-0", "CONFIG", "GET", "dir")).match(/\/[^\],]+/)?.[0] ?? "";
    expect(folder.startsWith(`${rig.sandbox.folder}/`)).toBe(true);
    await mkdir(`${folder}/dump.rdb/x`, { recursive: true });
    await subject.valkey("full-0", "CONFIG", "SET", "save", "3600 1", "stop-writes-on-bgsave-error", "yes");
    await subject.valkey("full-0", "BGSAVE");
    const refused = (): Promise<string> => subject.valkey("full-0", "SET", "key", "value").catch((error: unknown) => String(error));
    await until("writes are refused", async () => (await refused()).includes("MISCONF"));
    await sleep(3 * quick.downAfterMs);
    expect(subject.epoch()).toBe(1);
    expect(subject.primary()).toBe("full-0");
    await until("Ready is False", async () => (await subject.condition("Ready"))["status"] === "False");
    await rm(`${folder}/dump.rdb`, { recursive: true });
    await subject.valkey("full-0", "BGSAVE");
    await until("writes are accepted", async () => (await refused()) === "OK");
    await subject.whole();
    expect(subject.epoch()).toBe(1);
  });
});

test("an operator that may not make what it has to make says so, and goes on as soon as it may", { timeout: 3 * PATIENCE_MS }, async () => {
  const role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/gungnir-operator";
  const rules = listOf(at(await rig.get(role), "rules"));
  const without = rules.map((rule) => ({ ...rule, verbs: textsOf(rule["verbs"]).filter((verb) => verb !== "create" || isOfEvents(rule)) }));
  await change(rig, role, { rules: without });
  const subject = await rig.create({ name: "denied" });
  const condition = await until("Ready says it", async () => {
    const found = await subject.condition("Ready");
    return String(found["message"]).includes("forbidden") ? found : undefined;
  });
  expect(condition["status"]).toBe("False");
  await until("an Event says it", async () => (await eventsOf(rig, subject)).some((reason) => /Refused/.test(reason)));
  await change(rig, role, { rules });
  await subject.whole();
});

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const isOfEvents = (rule: LogLine): boolean => textsOf(rule["resources"]).includes("events");
