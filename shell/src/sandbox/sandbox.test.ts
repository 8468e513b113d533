// The sandbox as a whole, on real processes: what its README sentence promises, with the times the operator relies on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesIn, commands, infoReplication } from "@gungnir/core/resp3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../demo/connection.ts";
import { isSuccess } from "../kubernetes/answer.ts";
import { pathTo } from "./clients/api.ts";
import type { Pod } from "./clients/pod.ts";
import type { Resource, Service } from "./clients/resource.ts";
import { applyManifests } from "./manifests.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { execute, getPod, pods, untilSeen, valkeySet } from "./testing.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ operator: false });
}, 120_000);
afterAll(() => sandbox.stop());

const isUp = (pod: Pod | undefined): boolean =>
  pod?.status?.phase === "Running" && (pod.status.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false);

const areUp = (name: string, count: number) => (items: ReadonlyMap<string, Pod>) =>
  Array.from({ length: count }, (_, ordinal) => items.get(`${name}-${ordinal}`)).every(isUp);

const simplePod = (name: string, spec: object): Resource => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec };
  return pod;
};
const shell = (script: string): object => ({ name: "main", image: "busybox", command: ["/bin/sh", "-c", script] });

const reasonOf = (pod: Pod | undefined): string | undefined => {
  const state = pod?.status?.containerStatuses?.[0]?.state;
  return state !== undefined && "waiting" in state ? state.waiting.reason : undefined;
};

/** The run id behind an address, asked for over a connection of its own; the error's code where there is none. */
const runIdAt = async (host: string, port: number): Promise<string> => {
  const answer = await ask({ host, port }, commands.info("server"), 10_000);
  if (answer._tag !== "Answered") return answer._tag === "Refused" ? answer.message : answer.reason;
  return infoReplication(bytesIn(answer.value) ?? new Uint8Array()).runId ?? "no run id";
};

describe("a StatefulSet of three valkey pods", () => {
  it("is Running within two seconds", async () => {
    await applyManifests(sandbox.api, [valkeySet({ name: "web", replicas: 3 })]);
    const began = performance.now();
    await untilSeen<Pod>(sandbox, pods, (items) => [0, 1, 2].every((ordinal) => items.get(`web-${ordinal}`)?.status?.phase === "Running"));
    expect(performance.now() - began).toBeLessThan(2_000);
    await untilSeen<Pod>(sandbox, pods, areUp("web", 3));
  });

  it("serves exec with streams and exit codes, and logs, through the API server", async () => {
    expect(await execute(sandbox, "web-0", ["valkey-cli", "ROLE"])).toMatchObject({
      stdout: expect.stringMatching(/^master\n/),
      status: { status: "Success" },
    });
    expect(await execute(sandbox, "web-0", ["sh", "-c", "cat; ls /data >&2; exit 3"], "hello")).toMatchObject({
      stdout: "hello",
      status: { status: "Failure", reason: "NonZeroExitCode", details: { causes: [{ reason: "ExitCode", message: "3" }] } },
    });
    const log = await sandbox.adminClient.request({ method: "GET", path: `${pods}/web-0/log`, query: { tailLines: 1 } });
    expect(log).toMatchObject({ status: 200, body: expect.stringContaining("Ready to accept connections") });
  });

  it("shows the death of a container in the pod's status within a tenth of a second, and restarts it at once", async () => {
    const times: number[] = [];
    for (const name of ["web-0", "web-1", "web-2"]) {
      const before = (await getPod(sandbox, name))?.status?.containerStatuses?.[0];
      const pid = sandbox.processOf({ pod: name });
      if (pid === undefined) throw new Error(`${name} has no process`);
      const seen = untilSeen<Pod>(sandbox, pods, (items) => {
        const status = items.get(name)?.status?.containerStatuses?.[0];
        const end = status?.state !== undefined && "terminated" in status.state ? status.state.terminated : status?.lastState.terminated;
        return end?.containerID === before?.containerID && end?.exitCode === 137;
      });
      await new Promise((done) => setTimeout(done, 100)); // until the watch is open
      const killed = performance.now();
      process.kill(pid, "SIGKILL");
      await seen;
      times.push(performance.now() - killed);
      await untilSeen<Pod>(sandbox, pods, (items) => items.get(name)?.status?.containerStatuses?.[0]?.restartCount === 1);
    }
    // The best of three: other programs of a busy machine may take any one of them.
    expect(Math.min(...times)).toBeLessThan(100);
    await untilSeen<Pod>(sandbox, pods, areUp("web", 3));
  });

  it("is followed by a Service that switches new connections and keeps the old ones", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web-client", namespace: "default" },
      spec: {
        selector: { "statefulset.kubernetes.io/pod-name": "web-0" },
        publishNotReadyAddresses: true,
        ports: [{ port: 6379, protocol: "TCP" }],
      },
    };
    await applyManifests(sandbox.api, [service]);
    const path = pathTo("services", "default", "web-client");
    const found = await sandbox.api.get<Service>(path);
    const address = found._tag === "Done" ? (found.object?.spec.clusterIP ?? "") : "";
    const ids = await Promise.all(
      [0, 1].map(async (ordinal) => runIdAt((await getPod(sandbox, `web-${ordinal}`))?.status?.podIP ?? "", 6379)),
    );
    await expect.poll(() => runIdAt(address, 6379)).toBe(ids[0]);
    await sandbox.api.patch(path, { spec: { selector: { "statefulset.kubernetes.io/pod-name": "web-1" } } });
    await expect.poll(() => runIdAt(address, 6379), { interval: 2 }).toBe(ids[1]);
    await sandbox.api.patch(path, { spec: { selector: { "statefulset.kubernetes.io/pod-name": "nobody" } } });
    await expect.poll(() => runIdAt(address, 6379), { interval: 2 }).toBe("ECONNREFUSED");
  });

  it("loses its highest ordinal when scaled down and everything when deleted", async () => {
    const path = pathTo("apps/v1/statefulsets", "default", "web");
    await sandbox.api.patch(path, { spec: { replicas: 2 } });
    await untilSeen<Pod>(sandbox, pods, (items) => !items.has("web-2") && items.has("web-1"));
    await sandbox.api.remove(path, { propagation: "Background" });
    await untilSeen<Pod>(sandbox, pods, (items) => ![...items.keys()].some((name) => name.startsWith("web-")));
    await untilSeen(sandbox, pathTo("apps/v1/controllerrevisions", "default"), (items) => items.size === 0);
    expect(sandbox.processOf({ pod: "web-0" })).toBeUndefined();
  });
});

describe("a pod", () => {
  it("succeeds, fails or waits as its restart policy says", async () => {
    await applyManifests(sandbox.api, [
      simplePod("good", { restartPolicy: "Never", containers: [shell("exit 0")] }),
      simplePod("bad", { restartPolicy: "Never", containers: [shell("exit 7")] }),
      simplePod("crashing", { restartPolicy: "OnFailure", containers: [shell("exit 7")] }),
      simplePod("unknown", { containers: [{ name: "main", image: "example/nothing:1" }] }),
      simplePod("elsewhere", { nodeSelector: { disk: "none" }, containers: [shell("exit 0")] }),
      simplePod("blocked", {
        restartPolicy: "Never",
        initContainers: [{ ...shell("exit 1"), name: "init" }],
        containers: [shell("exit 0")],
      }),
    ]);
    await untilSeen<Pod>(
      sandbox,
      pods,
      (items) =>
        items.get("good")?.status?.phase === "Succeeded" &&
        items.get("bad")?.status?.phase === "Failed" &&
        items.get("blocked")?.status?.phase === "Failed" &&
        reasonOf(items.get("crashing")) === "CrashLoopBackOff" &&
        (reasonOf(items.get("unknown")) ?? "").includes("Image") &&
        (items.get("elsewhere")?.status?.conditions?.some((each) => each.reason === "Unschedulable") ?? false),
    );
    expect((await getPod(sandbox, "crashing"))?.status?.containerStatuses?.[0]?.lastState.terminated?.exitCode).toBe(7);
    for (const name of ["good", "bad", "crashing", "unknown", "elsewhere", "blocked"]) await sandbox.api.remove(`${pods}/${name}`);
    await untilSeen<Pod>(sandbox, pods, (items) => items.size === 0);
  });

  it("gets SIGTERM, its preStop hook and its grace period, and no more", async () => {
    const stubborn = {
      ...shell("trap '' TERM; echo up; while :; do sleep 0.05; done"),
      lifecycle: { preStop: { exec: { command: ["sleep", "0.1"] } } },
    };
    await applyManifests(sandbox.api, [simplePod("stubborn", { terminationGracePeriodSeconds: 1, containers: [stubborn] })]);
    await untilSeen<Pod>(sandbox, pods, (items) => isUp(items.get("stubborn")));
    const pid = sandbox.processOf({ pod: "stubborn" });
    await sandbox.api.remove(`${pods}/stubborn`);
    const took = await untilSeen<Pod>(sandbox, pods, (items) => !items.has("stubborn"));
    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(4_000);
    expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
  });

  it("is restarted by its liveness probe", async () => {
    const probe = { exec: { command: ["test", "!", "-e", "/tmp/sick"] }, periodSeconds: 1, failureThreshold: 1 };
    const container = {
      ...shell("sleep 0.5; touch /tmp/sick; sleep 60"),
      livenessProbe: probe,
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    };
    const spec = { terminationGracePeriodSeconds: 1, containers: [container], volumes: [{ name: "tmp", emptyDir: {} }] };
    await applyManifests(sandbox.api, [simplePod("sick", spec)]);
    await untilSeen<Pod>(sandbox, pods, (items) => (items.get("sick")?.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1);
    await sandbox.api.remove(`${pods}/sick`, { graceSeconds: 0 });
    await expect.poll(() => sandbox.processOf({ pod: "sick" }), { timeout: 5_000 }).toBeUndefined();
  });
});

describe("volumes and owners", () => {
  it("claims go with their set where its retention policy says so, and hold on while a pod uses them", async (context) => {
    const { minor, text } = sandbox.version;
    if (minor < 27) context.skip(`Kubernetes ${text} has no persistentVolumeClaimRetentionPolicy, which came with 1.27`);
    const policy = { whenDeleted: "Delete", whenScaled: "Retain" };
    await applyManifests(sandbox.api, [valkeySet({ name: "kept", replicas: 2, claims: true, policy })]);
    await untilSeen<Pod>(sandbox, pods, areUp("kept", 2));
    const claims = pathTo("persistentvolumeclaims", "default");
    await sandbox.api.remove(`${claims}/data-kept-1`);
    const held = await sandbox.api.get(`${claims}/data-kept-1`);
    expect(held._tag === "Done" ? held.object?.metadata.deletionTimestamp : undefined).toBeDefined();
    await sandbox.api.remove(pathTo("apps/v1/statefulsets", "default", "kept"), { propagation: "Foreground" });
    await untilSeen(sandbox, pathTo("apps/v1/statefulsets", "default"), (items) => items.size === 0);
    await untilSeen(sandbox, claims, (items) => items.size === 0);
    await untilSeen(sandbox, pathTo("persistentvolumes"), (items) => items.size === 0);
  });

  it("orphans stay and are adopted by the next set of the name", async () => {
    await applyManifests(sandbox.api, [valkeySet({ name: "left", replicas: 1 })]);
    await untilSeen<Pod>(sandbox, pods, areUp("left", 1));
    const { uid } = (await getPod(sandbox, "left-0"))?.metadata ?? {};
    const path = pathTo("apps/v1/statefulsets", "default", "left");
    await sandbox.api.remove(path, { propagation: "Orphan" });
    await untilSeen(sandbox, pathTo("apps/v1/statefulsets", "default"), (items) => items.size === 0);
    await applyManifests(sandbox.api, [valkeySet({ name: "left", replicas: 1 })]);
    await untilSeen<Pod>(sandbox, pods, (items) => items.get("left-0")?.metadata.ownerReferences?.[0]?.kind === "StatefulSet");
    expect((await getPod(sandbox, "left-0"))?.metadata.uid).toBe(uid);
    await sandbox.api.remove(path);
    await untilSeen<Pod>(sandbox, pods, (items) => items.size === 0);
  });
});

const configMapIn = (namespace: string, name: string): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data: {},
});

it("a namespace that is deleted takes its contents with it, and the next of that name keeps its own", { timeout: 60_000 }, async () => {
  const [path, within] = [pathTo("namespaces", undefined, "again"), pathTo("configmaps", "again")];
  for (const round of ["first", "second", "third"]) {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "again" } };
    expect((await sandbox.api.create("/api/v1/namespaces", namespace))._tag).toBe("Done");
    expect((await sandbox.api.create(within, configMapIn("again", round)))._tag).toBe("Done");
    await new Promise((done) => setTimeout(done, 600)); // longer than the controller takes to look again
    expect((await sandbox.api.get(`${within}/${round}`))._tag).toBe("Done");
    await sandbox.api.remove(path);
    while ((await sandbox.api.get(path))._tag !== "Missing") await new Promise((done) => setTimeout(done, 5));
  }
});

it("a sandbox in a kept folder comes back with its pods restarted and their data", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gungnir-kept-"));
  try {
    const first = await startSandbox({ operator: false, folder, manifests: false });
    await applyManifests(first.api, [valkeySet({ name: "web", replicas: 1, claims: true })]);
    await untilSeen<Pod>(first, pods, areUp("web", 1));
    const { podIP } = (await getPod(first, "web-0"))?.status ?? {};
    await execute(first, "web-0", ["valkey-cli", "set", "key", "value"]);
    await execute(first, "web-0", ["valkey-cli", "save"]);
    await first.stop();

    const second = await startSandbox({ operator: false, folder, manifests: false });
    await untilSeen<Pod>(
      second,
      pods,
      (items) => isUp(items.get("web-0")) && items.get("web-0")?.status?.containerStatuses?.[0]?.restartCount === 1,
    );
    expect((await getPod(second, "web-0"))?.status?.podIP).toBe(podIP);
    expect(await execute(second, "web-0", ["valkey-cli", "get", "key"])).toMatchObject({ stdout: "value\n" });
    const pid = second.processOf({ pod: "web-0" });

    process.kill(second.pids().kubelet, "SIGKILL");
    expect(await second.broken).toContain("kubelet ended with SIGKILL");
    await expect.poll(() => second.processOf({ pod: "web-0" }), { timeout: 10_000 }).toBeUndefined(); // the kernel ends it, a moment later
    expect(pid).toBeDefined();
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("the operator's account may lead and write status, and may not execute", async () => {
  const { connect: open } = await import("../kubernetes/client.ts");
  const connected = await open({ kubeconfig: sandbox.operatorKubeconfig, userAgent: "test" });
  if (connected._tag !== "Connected") throw new Error(connected.message);
  const { client } = connected;
  expect(isSuccess(await client.request({ method: "GET", path: "/apis/valkey.verilean.io/v1/valkeyclusters" }))).toBe(true);
  expect(await client.request({ method: "GET", path: pathTo("coordination.k8s.io/v1/leases", "default") })).toMatchObject({ status: 403 });
  expect(await client.request({ method: "POST", path: `${pods}/web-0/exec`, query: { command: "ls" } })).toMatchObject({ status: 403 });
  const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "gungnir-operator" }, spec: {} };
  const path = pathTo("coordination.k8s.io/v1/leases", client.namespace);
  expect(await client.request({ method: "POST", path, body: lease })).toMatchObject({ status: 201 });
  await client.close();
});
