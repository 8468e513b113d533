import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, objectOf, textOf } from "./json.ts";
import { configMap, configMaps, metaOf, startTrial, type Trial } from "./trial.ts";

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial({ history: 40 });
});
afterAll(() => trial.close());

const merge = (name: string, body: object) =>
  trial.ask("PATCH", `${configMaps}/${name}`, { body: objectOf({ ...body }), type: "application/merge-patch+json" });

test("a watch from a list's version sees every later change once, in order", async () => {
  await trial.ask("POST", configMaps, { body: configMap("before") });
  const { body } = await trial.ask("GET", configMaps);
  await trial.ask("POST", configMaps, { body: configMap("between") });
  const watching = await trial.watch(`${configMaps}?watch=1&resourceVersion=${textOf(objectOf(body["metadata"])["resourceVersion"])}`);
  await merge("between", { data: { a: "1" } });
  await trial.ask("DELETE", `${configMaps}/between`);
  const seen = [await watching.next(), await watching.next(), await watching.next()];
  expect(seen.map((event) => [event?.type, nameOf(event?.object ?? {})])).toEqual([
    ["ADDED", "between"],
    ["MODIFIED", "between"],
    ["DELETED", "between"],
  ]);
  watching.stop();
});

test("an object that starts or stops matching is added or deleted for that watcher", async () => {
  const created = await trial.ask("POST", configMaps, { body: configMap("labelled") });
  const watching = await trial.watch(
    `${configMaps}?watch=1&labelSelector=on%3Dyes&resourceVersion=${textOf(metaOf(created)["resourceVersion"])}`,
  );
  await merge("labelled", { metadata: { labels: { on: "yes" } } });
  await merge("labelled", { metadata: { labels: { on: "no" } } });
  expect([(await watching.next())?.type, (await watching.next())?.type]).toEqual(["ADDED", "DELETED"]);
  watching.stop();
});

test("initial events end with a bookmark that says so", async () => {
  const watching = await trial.watch(
    `/api/v1/namespaces?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
  );
  const types: string[] = [];
  let event = await watching.next();
  for (; event !== undefined && event.type !== "BOOKMARK"; event = await watching.next()) types.push(event.type);
  expect(objectOf(objectOf(event?.object["metadata"])["annotations"])["k8s.io/initial-events-end"]).toBe("true");
  expect(types.filter((type) => type === "ADDED").length).toBeGreaterThanOrEqual(4);
  watching.stop();
});

test("a version the history no longer reaches is answered 410", async () => {
  const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  const created = await trial.ask("POST", leases, { body: { metadata: { name: "busy" }, spec: { leaseTransitions: 0 } } });
  const from = textOf(metaOf(created)["resourceVersion"]);
  for (let count = 1; count <= 60; count += 1) {
    await trial.ask("PATCH", `${leases}/busy`, { body: { spec: { leaseTransitions: count } }, type: "application/merge-patch+json" });
  }
  const watching = await trial.watch(`${leases}?watch=1&resourceVersion=${from}`);
  const event = await watching.next();
  expect([event?.type, event?.object["code"]]).toEqual(["ERROR", 410]);
  expect(await watching.next()).toBeUndefined();
});

test("a watch ends after its time-out", async () => {
  const watching = await trial.watch(
    `${configMaps}?watch=1&resourceVersion=${textOf(metaOf(await trial.ask("POST", configMaps, { body: configMap("last") }))["resourceVersion"])}&timeoutSeconds=1`,
  );
  expect(await watching.next()).toBeUndefined();
});

test("tables carry their columns in the first event only", async () => {
  const watching = await trial.watch(
    `${configMaps}?watch=1&fieldSelector=metadata.name%3Dlast`,
    "application/json;as=Table;v=v1;g=meta.k8s.io",
  );
  const first = await watching.next();
  await merge("last", { data: { a: "b" } });
  const second = await watching.next();
  expect([first?.object["kind"], Array.isArray(first?.object["columnDefinitions"]), second?.object["columnDefinitions"]]).toEqual([
    "Table",
    true,
    null,
  ]);
  expect(objectOf(Array.isArray(second?.object["rows"]) ? second.object["rows"][0] : {})["cells"]).toEqual(["last", 1, expect.any(String)]);
  watching.stop();
});
