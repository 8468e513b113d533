// The kinds of Kubernetes that the operator, the controllers and the kubelet write: what the server adds, keeps and refuses.
import { expect, test } from "vitest";
import { at, type Door, type Fields, fieldsAt, listAt, needs, pathIn, pod, said, textAt, versionOf } from "./door.ts";

const pods = pathIn("pods");
const leases = pathIn("coordination.k8s.io/v1/leases");
const services = pathIn("services");
const secrets = pathIn("secrets");

const binding = (name: string): Fields => ({
  apiVersion: "v1",
  kind: "Binding",
  metadata: { name: "bound" },
  target: { kind: "Node", name },
});

const service = (name: string, spec: Fields = {}): Fields => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: "x" }, ports: [{ port: 6379 }], ...spec },
});

const claim = (storage: string): Fields => ({ resources: { requests: { storage } } });

const event = (name: string, namespace: string): Fields => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name },
  involvedObject: { apiVersion: "v1", kind: "Pod", name: "web-0", namespace },
  type: "Normal",
  reason: "Promoted",
  message: "web-1 is primary",
  source: { component: "gungnir" },
  firstTimestamp: "2026-01-02T03:04:05Z",
  lastTimestamp: "2026-01-02T03:04:05Z",
  count: 1,
});

export const builtin = (door: () => Door): void => {
  const merge = (path: string, body: Fields) => door().ask("PATCH", path, body, { type: "merge" });

  test("a Lease keeps microseconds as they are written, and moves by the version it was read at", async () => {
    const spec = {
      holderIdentity: "one",
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: "2026-01-02T03:04:05.000006Z",
      renewTime: "2026-01-02T03:04:05.120000Z",
    };
    const lease = (name: string, more: Fields = {}): Fields => ({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name },
      spec: { ...spec, ...more },
    });
    const created = await door().ask("POST", leases, lease("leader"));
    expect([created.code, at(created.body, "spec")]).toEqual([201, spec]);
    const renewed = await merge(`${leases}/leader`, {
      metadata: { resourceVersion: versionOf(created) },
      spec: { holderIdentity: "two", leaseTransitions: 1, renewTime: "2026-01-02T03:04:06.000001Z" },
    });
    expect(at(renewed.body, "spec")).toMatchObject({
      holderIdentity: "two",
      leaseTransitions: 1,
      renewTime: "2026-01-02T03:04:06.000001Z",
    });
    const late = { metadata: { resourceVersion: versionOf(created) }, spec: { holderIdentity: "three" } };
    expect(said(await merge(`${leases}/leader`, late))).toBe("409 Conflict");
    expect(said(await merge(`${leases}/leader`, { spec: { holderIdentity: "", leaseDurationSeconds: 1 } }))).toBe("200");
    expect((await door().ask("POST", leases, lease("timeless", { renewTime: "soon" }))).code).toBe(400);
    expect((await door().ask("POST", leases, lease("secondly", { renewTime: "2026-01-02T03:04:06Z" }))).code).toBe(400);
    expect(said(await door().ask("POST", leases, lease("endless", { leaseDurationSeconds: 0 })))).toBe("422 Invalid");
  });

  test("a pod is bound to one node, once", async () => {
    const created = await door().ask("POST", pods, pod("bound"));
    expect(at(created.body, "spec")).toMatchObject({
      terminationGracePeriodSeconds: 30,
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
    });
    expect(at(created.body, "status", "phase")).toBe("Pending");
    expect(said(await door().ask("POST", `${pods}/bound/binding`, binding("node-1")))).toBe("201");
    const bound = await door().ask("GET", `${pods}/bound`);
    expect(at(bound.body, "spec", "nodeName")).toBe("node-1");
    expect(listAt(bound.body, "status", "conditions")).toEqual([expect.objectContaining({ type: "PodScheduled", status: "True" })]);
    expect(said(await door().ask("POST", `${pods}/bound/binding`, binding("node-2")))).toBe("409 Conflict");
  });

  test("a pod's status is the kubelet's, its spec hardly anybody's", async () => {
    await door().ask("POST", pods, pod("reported", {}, { nodeName: "node-1" }));
    const status = {
      phase: "Running",
      podIP: "127.5.1.1",
      podIPs: [{ ip: "127.5.1.1" }],
      startTime: "2026-01-02T03:04:05Z",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-02T03:04:05Z" }],
      containerStatuses: [
        {
          name: "valkey",
          image: "valkey/valkey:8.0",
          imageID: "",
          ready: true,
          restartCount: 1,
          containerID: "process://1",
          state: { running: { startedAt: "2026-01-02T03:04:05Z" } },
          lastState: { terminated: { exitCode: 137, signal: 9, reason: "Error", finishedAt: "2026-01-02T03:04:04Z" } },
        },
      ],
    };
    const reported = await merge(`${pods}/reported/status`, { status });
    expect(reported.code).toBe(200);
    expect(at(reported.body, "status")).toMatchObject({ phase: "Running", podIP: "127.5.1.1" });
    expect(at(listAt(reported.body, "status", "containerStatuses")[0], "lastState", "terminated", "exitCode")).toBe(137);
    expect(at((await merge(`${pods}/reported`, { status: { phase: "Failed" } })).body, "status", "phase")).toBe("Running");
    expect(said(await merge(`${pods}/reported`, { spec: { terminationGracePeriodSeconds: 5 } }))).toBe("422 Invalid");
    expect(said(await merge(`${pods}/reported`, { metadata: { labels: { role: "primary" } } }))).toBe("200");
  });

  test("a Service gets an address, keeps it, and a headless one has none", async () => {
    const created = await door().ask("POST", services, service("addressed"));
    const address = textAt(created.body, "spec", "clusterIP");
    expect(address).toMatch(/^127\.96\./);
    expect(at(created.body, "spec")).toMatchObject({ type: "ClusterIP", sessionAffinity: "None" });
    expect(listAt(created.body, "spec", "ports")).toEqual([{ port: 6379, protocol: "TCP", targetPort: 6379 }]);
    const headless = await door().ask("POST", services, service("headless", { clusterIP: "None", publishNotReadyAddresses: true }));
    expect(at(headless.body, "spec", "clusterIP")).toBe("None");
    expect(said(await merge(`${services}/addressed`, { spec: { clusterIP: "127.96.7.7" } }))).toBe("422 Invalid");
    const same = await door().ask("POST", services, service("second", { clusterIP: address }));
    expect(same.code).toBe(422);
    const moved = await merge(`${services}/addressed`, { spec: { selector: { app: "y" } } });
    expect([at(moved.body, "spec", "selector"), at(moved.body, "spec", "clusterIP")]).toEqual([{ app: "y" }, address]);
  });

  test("a Secret takes text as stringData and keeps bytes; its type stays, and an immutable one stays as it is", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "kept" }, stringData: { password: "ü" }, data: { other: "AAE=" } };
    const created = await door().ask("POST", secrets, secret);
    expect(at(created.body, "data")).toEqual({ password: Buffer.from("ü").toString("base64"), other: "AAE=" });
    expect([at(created.body, "type"), at(created.body, "stringData")]).toEqual(["Opaque", undefined]);
    expect(said(await merge(`${secrets}/kept`, { type: "other/type" }))).toBe("422 Invalid");
    expect((await merge(`${secrets}/kept`, { data: { broken: "not base64!" } })).code).toBeOneOf([400, 422]);
    expect(said(await merge(`${secrets}/kept`, { immutable: true }))).toBe("200");
    expect(said(await merge(`${secrets}/kept`, { data: { other: "AAI=" } }))).toBe("422 Invalid");
  });

  test("a claim's request may grow, and nothing else of it may change", async () => {
    const claims = pathIn("persistentvolumeclaims");
    const spec = { accessModes: ["ReadWriteOnce"], ...claim("1Gi") };
    await door().ask("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "growing" }, spec });
    expect(said(await merge(`${claims}/growing`, { spec: { accessModes: ["ReadOnlyMany"] } }))).toBe("422 Invalid");
    const status = { phase: "Bound", capacity: { storage: "1Gi" } };
    expect(at((await merge(`${claims}/growing/status`, { status })).body, "status", "phase")).toBe("Bound");
  });

  test("a budget is kept as it is written", async () => {
    const budgets = pathIn("policy/v1/poddisruptionbudgets");
    const spec = { maxUnavailable: 1, selector: { matchLabels: { app: "x" } } };
    const created = await door().ask("POST", budgets, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "one" },
      spec,
    });
    expect([created.code, at(created.body, "spec")]).toEqual([201, spec]);
    expect(at((await merge(`${budgets}/one`, { spec: { maxUnavailable: 2 } })).body, "spec", "maxUnavailable")).toBe(2);
  });

  test("an Event is about an object of its own namespace", async () => {
    const events = pathIn("events");
    expect(said(await door().ask("POST", events, event("here.1", "conformance")))).toBe("201");
    expect(said(await door().ask("POST", events, event("there.1", "default")))).toBe("422 Invalid");
    expect(at((await merge(`${events}/here.1`, { count: 2, lastTimestamp: "2026-01-02T03:04:06Z" })).body, "count")).toBe(2);
  });

  test("slices of endpoints are kept as they are written", async (context) => {
    needs(context, door(), 21, "discovery.k8s.io/v1");
    const slices = pathIn("discovery.k8s.io/v1/endpointslices");
    const endpoints = [{ addresses: ["10.0.0.1"], conditions: { ready: true, serving: true, terminating: false } }];
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "s" },
      addressType: "IPv4",
      endpoints,
      ports: [],
    };
    expect(listAt((await door().ask("POST", slices, slice)).body, "endpoints")).toEqual(endpoints);
  });

  test("a namespace that goes refuses new objects", async () => {
    await door().ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "passing" } });
    const inside = "/api/v1/namespaces/passing/configmaps";
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "holder", finalizers: ["example.org/hold"] } };
    await door().ask("POST", inside, body);
    const going = await door().ask("DELETE", "/api/v1/namespaces/passing");
    expect(going.code).toBe(200);
    const namespace = await door().ask("GET", "/api/v1/namespaces/passing");
    expect(at(namespace.body, "status", "phase")).toBe("Terminating");
    const late = await door().ask("POST", inside, { ...body, metadata: { name: "late" } });
    expect(said(late)).toBe("403 Forbidden");
    expect(listAt(late.body, "details", "causes").map((cause) => cause["reason"])).toEqual(["NamespaceTerminating"]);
    await merge(`${inside}/holder`, { metadata: { finalizers: null } });
    expect(fieldsAt(namespace.body, "metadata")["deletionTimestamp"]).toBeDefined();
  });
};
