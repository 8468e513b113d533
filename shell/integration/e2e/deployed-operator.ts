// The operator as it is installed: the manifests of `crds/install/overlays/cluster`, two pods of its image under its own account. Here its log
// is followed pod by pod, and, where the nodes are this machine's, its trace is written to a folder of ours and its way to the API server led
// through a relay.
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRecord, isSuccess } from "../../src/kubernetes/answer.ts";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { asResource } from "../../src/sandbox/clients/resource.ts";
import { applyManifests, crdFolder } from "../../src/sandbox/manifests.ts";
import { servable } from "../../src/sandbox/older-server.ts";
import { kustomize } from "../../install/kustomize.ts";
import { at, listOf } from "../scenarios/reading.ts";
import { until } from "../scenarios/waiting.ts";
import { rightsOf } from "./account.ts";
import { lacking, type Resident, type TraceVerdict } from "./backend.ts";
import { HOST_ADDRESS, importImage, processOf, redirectApi } from "./debian.ts";
import { heard } from "./heard.ts";
import { type HostOperator, replay } from "./host-operator.ts";
import { followLogs } from "./logs.ts";
import { followNodeLogs } from "./node-logs.ts";
import { faultsOf, NO_RELAY, openRelay } from "./relay.ts";

const NAMESPACE = "gungnir-system";
const NAME = "gungnir-operator";
const DEPLOYMENT = pathTo("apps/v1/deployments", NAMESPACE, NAME);
const LEASE = pathTo("coordination.k8s.io/v1/leases", NAMESPACE, NAME);
const ROLLED_OUT_MS = 120_000;
const PAGE_MS = 10_000;

export type DeployedOptions = {
  /** An archive that is imported on the nodes of the Debian cluster; elsewhere they have it already. */
  readonly image: string;
  readonly kubeconfig: string;
  readonly minor: number;
  readonly isDebian: boolean;
  readonly say: (what: string) => void;
};

export const startDeployedOperator = async (
  api: Api,
  { image, kubeconfig, minor, isDebian, say }: DeployedOptions,
): Promise<HostOperator> => {
  const traces = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
  await chmod(traces, 0o777); // the operator in its pod is not root
  const { hostname, port } = new URL(api.client.server);
  const relay = isDebian ? await openRelay({ host: hostname, port: Number(port) }, HOST_ADDRESS) : undefined;
  const direct = relay === undefined ? undefined : await redirectApi(relay.port);
  if (isDebian) {
    say("importing the operator's image on each node");
    await importImage(image);
  }
  const objects = kustomize(join(crdFolder(), "install/overlays/cluster")).flatMap((object) => {
    const traced = isDebian && object["kind"] === "Deployment" ? withTrace(object, traces) : object;
    return asResource(servable(traced, minor)) ?? [];
  });
  await applyManifests(api, objects);
  const get = async (path: string): Promise<unknown> => {
    const answer = await api.client.request({ method: "GET", path });
    return isSuccess(answer) ? answer.body : undefined;
  };
  const pods = async (): Promise<readonly unknown[]> => listOf(at(await get(pathTo("pods", NAMESPACE)), "items"));
  const leader = async (): Promise<string | undefined> => {
    const holder = at(await get(LEASE), "spec", "holderIdentity");
    const name = typeof holder === "string" ? holder.replace(/_[0-9a-f]+$/, "") : "";
    return (await pods()).some((pod) => at(pod, "metadata", "name") === name) ? name : undefined;
  };
  const rolledOut = async (): Promise<boolean> => {
    const deployment = await get(DEPLOYMENT);
    const status = (field: string): unknown => at(deployment, "status", field);
    return (
      status("observedGeneration") === at(deployment, "metadata", "generation") &&
      [status("replicas"), status("updatedReplicas"), status("availableReplicas")].every((count) => count === 2)
    );
  };
  say("waiting for the operator's Deployment");
  const began = performance.now();
  await until("the operator is rolled out", rolledOut, () => "", ROLLED_OUT_MS);
  await until("one of them leads", leader, () => "", ROLLED_OUT_MS);
  say(`rolled out after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const { log, onLine, hear } = heard();
  const following = isDebian ? await followNodeLogs(NAMESPACE, hear) : followLogs(api, NAMESPACE, hear);
  const leading = (): Promise<string> => until("one of them leads", leader, () => "", ROLLED_OUT_MS);
  return {
    how: `installed from crds/install with its image`,
    log,
    onLine,
    kill: async () => {
      const pod = await leading();
      if (isDebian) process.kill(await processOf(api, { namespace: NAMESPACE, pod }), "SIGKILL");
      else await api.remove(pathTo("pods", NAMESPACE, pod), { graceSeconds: 0 });
    },
    restart: async () => {
      const annotations = { "gungnir/e2e-restarted": new Date().toISOString() };
      const changed = await api.patch(DEPLOYMENT, { spec: { template: { metadata: { annotations } } } });
      if (changed._tag !== "Done") throw new Error(changed.message);
      await sleep(500);
      await until("the operator is rolled out anew", rolledOut, () => "", ROLLED_OUT_MS);
    },
    // As its own page has it, which is there on any cluster.
    resident: async () => {
      const first = await leading();
      const read = await Promise.all((await pods()).map((pod) => residentOf(pod)));
      return read.flat().toSorted((one, other) => Number(other.who === first) - Number(one.who === first));
    },
    node: async () => {
      const name = await leading();
      const pod = (await pods()).find((each) => at(each, "metadata", "name") === name);
      const node = at(pod, "spec", "nodeName");
      return typeof node === "string" ? node : undefined;
    },
    rights: () => rightsOf(api, kubeconfig),
    ...(relay === undefined ? { slowApi: lacking(NO_RELAY), cutApi: lacking(NO_RELAY) } : faultsOf(relay)),
    stop: async () => {
      await following.stop();
      await api.remove(DEPLOYMENT, { propagation: "Foreground" });
      await until(
        "its pods are gone",
        async () => (await pods()).length === 0,
        () => "",
        ROLLED_OUT_MS,
      );
      await direct?.();
      await relay?.close();
      const verdict = await replayAll(traces);
      await rm(traces, { recursive: true, force: true });
      return verdict;
    },
  };
};

/** As the pod's own page has it; nothing of one that is not up. */
const residentOf = async (pod: unknown): Promise<readonly Resident[]> => {
  const address = at(pod, "status", "podIP");
  if (typeof address !== "string") return [];
  const signal = AbortSignal.timeout(PAGE_MS);
  const page = await fetch(`http://${address}:8080/metrics`, { signal }).then(
    (answer) => answer.text(),
    () => "",
  );
  const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1];
  return bytes === undefined ? [] : [{ who: String(at(pod, "metadata", "name")), mebibytes: Number(bytes) / 1024 / 1024 }];
};

/** Each pod writes its own. */
const replayAll = async (folder: string): Promise<TraceVerdict> => {
  const files = existsSync(folder) ? await readdir(folder) : [];
  const verdicts = await Promise.all(files.map((file) => replay(join(folder, file))));
  return {
    entries: verdicts.reduce((sum, { entries }) => sum + entries, 0),
    problems: verdicts.flatMap(({ problems }) => problems),
  };
};

/** The Deployment with a trace in a folder of its node, which is this machine. */
const withTrace = (deployment: unknown, folder: string): unknown => {
  const spec = at(deployment, "spec");
  const template = at(spec, "template");
  const pod = at(template, "spec");
  const [container = {}, ...others] = listOf(at(pod, "containers"));
  const env = [
    ...listOf(container["env"]),
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "GUNGNIR_OPERATOR_TRACE", value: "/trace/$(POD_NAME)" },
  ];
  const volumeMounts = [...listOf(container["volumeMounts"]), { name: "trace", mountPath: "/trace" }];
  const volumes = [...listOf(at(pod, "volumes")), { name: "trace", hostPath: { path: folder, type: "Directory" } }];
  const containers = [{ ...container, env, volumeMounts }, ...others];
  return {
    ...fields(deployment),
    spec: { ...fields(spec), template: { ...fields(template), spec: { ...fields(pod), containers, volumes } } },
  };
};
const fields = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
