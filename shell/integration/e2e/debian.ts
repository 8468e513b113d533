// The real cluster on one Debian machine (`kube-from-debian`): several kubelets with real containers in one network namespace, all of it
// processes of this machine. So root here can do to it what happens to machines: kill, freeze, unplug.
import { execFile } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf } from "../scenarios/reading.ts";
import { type Faults, once, type Place, type Side, type Undo } from "./backend.ts";
import { disksOf } from "./disks.ts";
import { starveBy } from "./starve.ts";

const run = promisify(execFile);
const RUN = "/run/k8s-deb";
const NETWORK = "/run/netns/k8sdeb";
/** This machine's end of the link to the cluster. */
export const HOST_ADDRESS = "10.87.0.1";

/** Whether the API server of this address is that cluster, and we may touch it. */
export const isDebianCluster = (server: string): boolean =>
  new URL(server).hostname === "10.88.0.1" && existsSync(NETWORK) && process.getuid?.() === 0;

/** Runs a program among the cluster's nodes rather than among its clients, whose addresses it then does not share. */
export const inNetwork = (program: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[] } => ({
  program: "nsenter",
  args: [`--net=${NETWORK}`, program, ...args],
});

/** What only root on the machine of the nodes can do. */
export type RootFaults = Pick<Faults, (typeof rootFaults)[number]>;
export const rootFaults = [
  "kill",
  "hang",
  "cut",
  "loseNode",
  "smallDisk",
  "frailDisk",
  "starve",
] as const satisfies readonly (keyof Faults)[];

/** `operatorAddresses` are the pods of the operator; without any it is a process in the network of the nodes. */
export const debianFaults = (api: Api, operatorAddresses: () => Promise<readonly string[]>): RootFaults => {
  const signal = async (place: Place, name: NodeJS.Signals): Promise<number> => {
    const pid = await processOf(api, place);
    process.kill(pid, name);
    return pid;
  };
  return {
    kill: async (place) => void (await signal(place, "SIGKILL")),
    hang: async (place) => {
      const pid = await signal(place, "SIGSTOP");
      return once(() => unlessGone(() => process.kill(pid, "SIGCONT")));
    },
    cut: async (place, from) => cutBy(await rulesOf(api, place, from, operatorAddresses)),
    loseNode: async (node) => {
      const kubelet = Number((await readFile(`${RUN}/pids/kubelet${node.slice("k8sdeb".length)}`, "utf8")).split(" ")[0]);
      const freezer = `/sys/fs/cgroup/freezer/${node}/freezer.state`;
      process.kill(kubelet, "SIGSTOP");
      await writeFile(freezer, "FROZEN");
      return once(async () => {
        await writeFile(freezer, "THAWED");
        process.kill(kubelet, "SIGCONT");
      });
    },
    ...disksOf(api),
    starve: starveBy((node) => `/sys/fs/cgroup/cpu/${node}/cpu.shares`),
  };
};

const VOLUMES = "/tmp/hostpath_pv";

/**
 * Lets data pods, which are not root, write to their volumes: the provisioner makes folders for root alone, and the kubelet gives a hostPath
 * to no fsGroup, as it would a disk.
 */
export const openVolumes = async (): Promise<Undo> => {
  await mkdir(VOLUMES, { recursive: true });
  const watcher = watch(VOLUMES, (_event, name) => {
    if (name !== null) void chmod(join(VOLUMES, name), 0o777).catch(() => undefined); // it may be gone again
  });
  return once(() => watcher.close());
};

/** The process of a pod's only container, as this machine counts it. */
export const processOf = async (api: Api, { namespace, pod }: Place): Promise<number> => {
  const found = await api.get(pathTo("pods", namespace, pod));
  if (found._tag !== "Done") throw new Error(found.message);
  const node = String(at(found.object, "spec", "nodeName"));
  const id = String(listOf(at(found.object, "status", "containerStatuses"))[0]?.["containerID"]).replace("containerd://", "");
  const file = join(RUN, `containerd${node.slice("k8sdeb".length)}`, "io.containerd.runtime.v2.task/k8s.io", id, "init.pid");
  return Number(await readFile(file, "utf8"));
};

const addressOf = async (api: Api, { namespace, pod }: Place): Promise<string> => {
  const found = await api.get(pathTo("pods", namespace, pod));
  const address = found._tag === "Done" ? at(found.object, "status", "podIP") : undefined;
  if (typeof address !== "string") throw new Error(`${namespace}/${pod} has no address`);
  return address;
};

type Rule = readonly string[];

/** Pods reach each other and are reached from this machine by FORWARD; the nodes themselves send and hear by OUTPUT and INPUT. */
const rulesOf = async (
  api: Api,
  place: Place,
  from: Side,
  operatorAddresses: () => Promise<readonly string[]>,
): Promise<readonly Rule[]> => {
  const pod = await addressOf(api, place);
  const nodes = [
    ["OUTPUT", "-d", pod],
    ["INPUT", "-s", pod],
  ];
  const between = (other: string): readonly Rule[] => [
    ["FORWARD", "-s", other, "-d", pod],
    ["FORWARD", "-s", pod, "-d", other],
  ];
  if (from === "everyone") return [...nodes, ["FORWARD", "-s", pod], ["FORWARD", "-d", pod]];
  if (from !== "operator") return (await Promise.all(from.map((peer) => addressOf(api, peer)))).flatMap(between);
  const operators = await operatorAddresses();
  return operators.length === 0 ? nodes : operators.flatMap(between);
};

const iptables = async (...args: readonly string[]): Promise<void> => {
  const { program, args: all } = inNetwork("iptables", ["-w", ...args]);
  await run(program, all);
};

/** Drops what the rules match until undone. */
const cutBy = async (rules: readonly Rule[]): Promise<Undo> => {
  for (const [chain = "", ...match] of rules) await iptables("-I", chain, ...match, "-j", "DROP");
  return once(async () => {
    for (const [chain = "", ...match] of rules) await iptables("-D", chain, ...match, "-j", "DROP");
  });
};

/** Into the containerd of each node. */
export const importImage = async (archive: string): Promise<void> => {
  const sockets = (await readdir(RUN)).filter((name) => /^containerd\d*\.sock$/.test(name));
  for (const socket of sockets) await run("ctr", ["-a", join(RUN, socket), "-n", "k8s.io", "images", "import", archive]);
};

/** Sends what pods have for the API server through a relay on this machine instead. */
export const redirectApi = async (port: number): Promise<Undo> => {
  const rule = ["PREROUTING", "-i", "cni-k8sdeb", "-d", "10.96.0.1", "-p", "tcp", "--dport", "443", "-j", "DNAT"];
  const target = ["--to-destination", `${HOST_ADDRESS}:${port}`];
  await iptables("-t", "nat", "-I", ...rule, ...target);
  return once(() => iptables("-t", "nat", "-D", ...rule, ...target));
};

/** A process that has ended meanwhile needs nothing. */
const unlessGone = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};
