// The sandbox of this checkout as a backend: pods are processes of this machine and share its network, so nothing here cuts a wire.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox/main.ts";
import { until } from "../scenarios/waiting.ts";
import { rightsOf } from "./account.ts";
import { type Backend, lacking, once, type Place } from "./backend.ts";
import { disksOf } from "./disks.ts";
import { heard, residentOf } from "./heard.ts";
import { replay } from "./host-operator.ts";
import { starveBy } from "./starve.ts";

const NO_NETWORK = "its pods share one network";
const NO_NODES = "it has one node";
const NO_RELAY = "its operator talks to the API server directly";
const NO_DISKS = "needs root, to mount disks over the folders of its volumes";

export const openSandbox = async (say: (what: string) => void): Promise<Backend> => {
  const isRoot = process.getuid?.() === 0;
  const { log, onLine, hear } = heard();
  const folder = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
  const trace = join(folder, "operator.trace");
  const sandbox = await startSandbox({
    progress: (what) => say(`  ${what}`),
    restartOperator: true,
    operatorEnvironment: { GUNGNIR_OPERATOR_TRACE: trace },
    operatorLine: hear,
  });
  const strike = ({ namespace, pod }: Place, signal: NodeJS.Signals): number => {
    const pid = sandbox.processOf({ namespace, pod });
    if (pid === undefined) throw new Error(`${namespace}/${pod} has no process`);
    process.kill(pid, signal);
    return pid;
  };
  const operatorPid = (): number => {
    const { operator } = sandbox.pids();
    if (operator === undefined) throw new Error("no operator runs");
    return operator;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const before = operatorPid();
    process.kill(before, signal);
    await until("another operator", () => sandbox.pids().operator !== before && sandbox.pids().operator);
  };
  return {
    name: "the sandbox",
    client: sandbox.adminClient,
    api: sandbox.api,
    operator: {
      how: "from this checkout, as a process",
      log,
      onLine,
      kill: () => end("SIGKILL"),
      restart: () => end("SIGTERM"),
      resident: () => residentOf(operatorPid()),
      node: () => Promise.resolve(undefined),
      rights: () => rightsOf(sandbox.api, sandbox.kubeconfig),
    },
    faults: {
      kill: async (place) => void strike(place, "SIGKILL"),
      hang: async (place) => {
        const pid = strike(place, "SIGSTOP");
        // Its liveness probe may have had it killed meanwhile, and another may have its number: only the same process is woken.
        return once(() => {
          if (sandbox.processOf(place) === pid) process.kill(pid, "SIGCONT");
        });
      },
      cut: lacking(NO_NETWORK),
      loseNode: lacking(NO_NODES),
      ...(isRoot ? disksOf(sandbox.api) : { smallDisk: lacking(NO_DISKS), frailDisk: lacking(NO_DISKS) }),
      // Its one node is the machine itself.
      starve: starveBy(() => ""),
      slowApi: lacking(NO_RELAY),
      cutApi: lacking(NO_RELAY),
    },
    lacks: {
      cut: NO_NETWORK,
      loseNode: NO_NODES,
      nodes: NO_NODES,
      installed: "its operator is a process of this machine",
      ...(isRoot ? {} : { smallDisk: NO_DISKS, frailDisk: NO_DISKS }),
      slowApi: NO_RELAY,
      cutApi: NO_RELAY,
    },
    image: undefined,
    nodes: ["sandbox"],
    stop: async () => {
      await sandbox.stop();
      const verdict = await replay(trace);
      await rm(folder, { recursive: true, force: true });
      return verdict;
    },
  };
};
