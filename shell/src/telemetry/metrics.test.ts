import {
  type Chronicle,
  type HistoryEntry,
  type Memory,
  type Reading,
  CLUSTER_UID,
  emptyChronicle,
  epoch,
  initialMemory,
  instant,
  podName,
  readCluster,
  remember,
  replicationId,
  replicationOffset,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { json, testServer } from "../kubernetes/testing.ts";
import { bySource } from "../kubernetes/snapshot.ts";
import { ledger } from "./ledger.ts";
import { METRICS } from "./metric-list.ts";
import { type Metrics, metrics } from "./metrics.ts";
import { counted } from "./requests.ts";

const web = { namespace: "default", name: "web" };
const pageOf = async (one: Metrics): Promise<readonly string[]> => (await one.page()).body.split("\n");

test("what is listed is what is exported, and is named as Prometheus wants it", async () => {
  const page = await pageOf(metrics());
  const types = page.flatMap((line) => /^# TYPE (gungnir_\S+) (\S+)$/.exec(line)?.slice(1, 3).join(" ") ?? []);
  expect(types.toSorted()).toEqual(METRICS.map(({ name, type }) => `${name} ${type}`));
  for (const { name, type, help, labels } of METRICS) {
    expect(page).toContain(`# HELP ${name} ${help}`);
    expect(name).toMatch(/^gungnir_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    expect(type !== "histogram" || name.endsWith("_seconds")).toBe(true);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
});

/** Of a leader that has read web, with web-0 as its primary at offset 120 and the others at 100. */
const leaderOfThree = (): Memory => {
  const processes = [0, 1, 2].map((ordinal) => ({ pod: `web-${ordinal}`, uid: `uid-${ordinal}`, runId: `run-${ordinal}` }));
  const metadata = { namespace: "default", uid: "web", resourceVersion: "7" };
  const [primary, ...members] = processes.map((one) => ({ ...one, state: "Streaming" }));
  const failover = { version: 1, epoch: 3, waitReplicas: 1, minReplicas: 1, members, retired: [] };
  const conditions = [{ type: "FailoverPossible", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }];
  const status = { phase: "Running", lastReconcileTime: "2026-01-01T00:00:00Z", conditions };
  const pods = processes.map(({ pod, uid: life }, ordinal) => ({
    metadata: { ...metadata, name: pod, uid: life, annotations: { [CLUSTER_UID]: "web" } },
    status: { podIP: `127.0.0.${ordinal + 1}`, containerStatuses: [{ name: "valkey", state: { running: {} } }] },
  }));
  const version = resourceVersion("7");
  const read = readCluster({
    cluster: {
      metadata: { ...metadata, name: "web" },
      spec: {},
      status: { ...status, failover: { ...failover, primary: { ...primary, epoch: 3, replid: "now" } } },
    },
    pods,
    claims: [],
    statefulSets: [],
    services: [],
    configMaps: [],
    secrets: [],
    budgets: [],
    asOf: bySource(() => version),
  });
  if (read._tag === "Err") throw new Error(JSON.stringify(read.problem));
  const now = instant(1_000);
  const leadership = { _tag: "Leading", term: 1, founded: "", since: now, until: instant(9_000) } as const;
  const heard = processes.map(({ pod, uid: life, runId: run }, ordinal) => ({
    target: { pod: podName(pod), uid: uid(life), address: `127.0.0.${ordinal + 1}` },
    reading: {
      ...reading,
      runId: runId(run),
      role: ordinal === 0 ? "primary" : "replica",
      offset: replicationOffset(ordinal === 0 ? 120n : 100n),
    } as const,
  }));
  return [
    { now, _tag: "Lease", leadership } as const,
    { now, _tag: "Read", cluster: read.value, consistent: { began: now } } as const,
    ...heard.map(
      (one) => ({ now, _tag: "Replied", target: one.target, began: now, reply: { _tag: "Reading", reading: one.reading } }) as const,
    ),
  ].reduce<Memory>(remember, initialMemory);
};
const reading: Omit<Reading, "runId" | "role" | "offset"> = {
  replid: replicationId("now"),
  priority: 100,
  downstream: [],
  minReplicas: 1,
  users: [],
  marker: "Absent",
  empty: false,
};

test("gauges say what the leader's memory says at the moment; a cluster that is gone, or led by another, has none", async () => {
  const one = metrics();
  const memory = leaderOfThree();
  one.seen(web, memory);
  const page = await pageOf(one);
  expect(page).toContain('gungnir_cluster_epoch{namespace="default",name="web"} 3');
  expect(page).toContain('gungnir_cluster_streaming_replicas{namespace="default",name="web"} 2');
  expect(page).toContain('gungnir_cluster_wanted_replicas{namespace="default",name="web"} 2');
  expect(page).toContain('gungnir_replication_lag_bytes{namespace="default",name="web",pod="web-2"} 20');
  expect(page).toContain('gungnir_cluster_condition{namespace="default",name="web",condition="FailoverPossible"} 1');
  one.seen(web, { ...memory, leadership: { _tag: "Standby" } });
  expect((await pageOf(one)).filter((line) => line.startsWith("gungnir_cluster_"))).toEqual([]);
  one.seen(web, memory);
  one.forget(web);
  expect((await pageOf(one)).filter((line) => line.includes('name="web"'))).toEqual([]);
});

test("a claim is counted once, by who saw it end, and each of its steps is timed", async () => {
  const one = metrics();
  const tell = ledger(web, { log: () => undefined, metrics: one });
  const entry: HistoryEntry = { epoch: epoch(4), kind: "Failover", cause: "Dead", outcome: "UnderWay", times: {} };
  const [began, decided] = [instant(1_000), instant(1_400)];
  const claimed: Chronicle = { entries: [entry], moments: { lastHeard: began, detected: instant(1_300), decided } };
  const done: HistoryEntry = { ...entry, outcome: "Completed" };
  const published: Chronicle = { entries: [done], moments: { ...claimed.moments, promoted: instant(1_500), published: instant(1_600) } };
  const routed: Chronicle = { entries: [done], moments: { ...published.moments, routed: instant(2_000) } };
  tell(emptyChronicle, { entries: [{ ...done, epoch: epoch(3) }], moments: {} });
  tell(emptyChronicle, claimed);
  tell(claimed, published);
  tell(published, routed);
  tell(routed, { entries: [done, { ...entry, epoch: epoch(5) }], moments: {} });
  const page = await pageOf(one);
  const failovers = page.filter((line) => line.startsWith("gungnir_failovers_total{"));
  expect(failovers).toEqual(['gungnir_failovers_total{namespace="default",name="web",kind="Failover",cause="Dead",outcome="Completed"} 1']);
  const sums = page.flatMap(
    (line) => /^gungnir_failover_step_duration_seconds_sum\{kind="Failover",step="(\w+)"\} (\S+)$/.exec(line)?.slice(1) ?? [],
  );
  expect(sums).toEqual(["detect", "0.3", "decide", "0.1", "promote", "0.1", "publish", "0.1", "route", "0.4", "total", "1"]);
});

test("requests to the API server are counted by verb and status, and by why there was no answer", async () => {
  const one = metrics();
  const server = await testServer((request, response, url) => {
    if (url.pathname === "/reset") response.socket?.destroy();
    else json(response, request.method === "PATCH" ? 409 : 200, {});
  });
  const client = counted(server.client, one);
  await client.request({ method: "GET", path: "/api" });
  await client.request({ method: "GET", path: "/api", query: { limit: 5 } });
  await client.request({ method: "PATCH", path: "/api", body: {} });
  await client.request({ method: "GET", path: "/reset" });
  const opened = await client.open({ method: "GET", path: "/api", query: { watch: true } });
  if (opened._tag === "Opened") opened.cancel();
  await server.close();
  const requests = (await pageOf(one)).filter((line) => line.startsWith("gungnir_api_requests_total{")).toSorted();
  expect(requests).toEqual([
    'gungnir_api_requests_total{verb="get",code="200"} 1',
    'gungnir_api_requests_total{verb="get",code="Reset"} 1',
    'gungnir_api_requests_total{verb="list",code="200"} 1',
    'gungnir_api_requests_total{verb="patch",code="409"} 1',
    'gungnir_api_requests_total{verb="watch",code="200"} 1',
  ]);
});
