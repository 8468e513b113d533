// Any cluster that a kubeconfig names. What only root on its machines can do is there for the cluster of `kube-from-debian`; elsewhere those
// faults are named as lacking, with what the API itself can do still run.
import { join } from "node:path";
import { messageOf } from "../../src/kubernetes/answer.ts";
import { type Api, openApi, pathTo } from "../../src/sandbox/clients/api.ts";
import { asResource } from "../../src/sandbox/clients/resource.ts";
import { applyManifests, crdFolder, readManifests } from "../../src/sandbox/manifests.ts";
import { servable } from "../../src/sandbox/older-server.ts";
import { at, listOf } from "../scenarios/reading.ts";
import { type Backend, lacking } from "./backend.ts";
import { debianFaults, isDebianCluster, openVolumes, type RootFaults, rootFaults } from "./debian.ts";
import { startDeployedOperator } from "./deployed-operator.ts";
import { startHostOperator } from "./host-operator.ts";
import { NO_RELAY } from "./relay.ts";

export type RealOptions = {
  readonly kubeconfig: string;
  /** The operator's image, a file that containerd imports or a name that the nodes can pull; undefined: the operator runs on this machine. */
  readonly image: string | undefined;
  readonly say: (what: string) => void;
};

const ROOT_ONLY = "needs root on the machine of the nodes";

export const openReal = async ({ kubeconfig, image, say }: RealOptions): Promise<Backend> => {
  const api = await openApi(kubeconfig, "gungnir-e2e");
  try {
    const version = await versionOf(api);
    const isDebian = isDebianCluster(api.client.server);
    const closeVolumes = isDebian ? await openVolumes() : undefined;
    say(`Kubernetes ${version.text} at ${api.client.server}`);
    if (image === undefined) await installAccount(api, version.minor);
    const operator =
      image === undefined
        ? await startHostOperator(api, kubeconfig, isDebian)
        : await startDeployedOperator(api, { image, kubeconfig, minor: version.minor, isDebian, say });
    const addresses = async (): Promise<readonly string[]> =>
      image === undefined ? [] : podAddresses(await podsOf(api, "gungnir-system"));
    const broken = isDebian ? debianFaults(api, addresses) : nothing;
    const nodes = await schedulable(api);
    return {
      name: `Kubernetes ${version.text}`,
      client: api.client,
      api,
      operator,
      faults: { ...broken, slowApi: operator.slowApi, cutApi: operator.cutApi },
      lacks: {
        ...(isDebian ? {} : Object.fromEntries(rootFaults.map((name) => [name, ROOT_ONLY]))),
        ...(isDebian || image === undefined ? {} : { slowApi: NO_RELAY, cutApi: NO_RELAY }),
        ...(image === undefined ? { installed: "the operator is a process of this machine" } : {}),
        ...(nodes.length > 1 ? {} : { nodes: "it has one node" }),
      },
      image: undefined,
      nodes,
      stop: async () => {
        const verdict = await operator.stop();
        await closeVolumes?.();
        await api.client.close();
        return verdict;
      },
    };
  } catch (problem) {
    await api.client.close();
    throw problem;
  }
};

const nothing: RootFaults = {
  kill: lacking(ROOT_ONLY),
  hang: lacking(ROOT_ONLY),
  cut: lacking(ROOT_ONLY),
  loseNode: lacking(ROOT_ONLY),
  smallDisk: lacking(ROOT_ONLY),
  frailDisk: lacking(ROOT_ONLY),
  starve: lacking(ROOT_ONLY),
};

const versionOf = async (api: Api): Promise<{ readonly minor: number; readonly text: string }> => {
  const answer = await api.client.request({ method: "GET", path: "/version" });
  const [minor, text] = answer._tag === "Answered" ? [at(answer.body, "minor"), at(answer.body, "gitVersion")] : [];
  if (typeof minor !== "string" || typeof text !== "string")
    throw new Error(`the API server at ${api.client.server} does not say its version: ${messageOf(answer)}`);
  return { minor: Number.parseInt(minor, 10), text };
};

/** The API, the operator's account and its rights, where the operator itself is a process of this machine. */
const accountManifests = [
  "install/crd/valkeyclusters.yaml",
  "install/overlays/cluster/namespace.yaml",
  "install/base/service-account.yaml",
  "install/base/lease.yaml",
  "install/overlays/cluster/rbac.yaml",
];

const installAccount = async (api: Api, minor: number): Promise<void> => {
  const objects = accountManifests.flatMap((path) => readManifests(join(crdFolder(), path)));
  await applyManifests(
    api,
    objects.flatMap((object) => asResource(servable(object, minor)) ?? []),
  );
};

export const podsOf = async (api: Api, namespace: string): Promise<readonly unknown[]> => {
  const answer = await api.client.request({ method: "GET", path: pathTo("pods", namespace) });
  return answer._tag === "Answered" ? listOf(at(answer.body, "items")) : [];
};

const podAddresses = (pods: readonly unknown[]): readonly string[] =>
  pods.flatMap((pod) => {
    const address = at(pod, "status", "podIP");
    return typeof address === "string" ? [address] : [];
  });

const schedulable = async (api: Api): Promise<readonly string[]> => {
  const answer = await api.client.request({ method: "GET", path: "/api/v1/nodes" });
  const nodes = answer._tag === "Answered" ? listOf(at(answer.body, "items")) : [];
  return nodes
    .filter((node) => at(node, "spec", "unschedulable") !== true)
    .filter((node) => !listOf(at(node, "spec", "taints")).some((taint) => taint["effect"] === "NoSchedule"))
    .map((node) => String(at(node, "metadata", "name")))
    .toSorted();
};
