// The operator from this checkout as a process of this machine, started again whenever it ends, for a cluster that has no image of it. Its way
// to the API server is a relay, which can be made slow or cut.
import { mkdtemp, rm } from "node:fs/promises";
import { createReadStream, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { conform } from "@gungnir/properties";
import { type Child, nodeEntry, startChild } from "../../src/sandbox/child.ts";
import type { Api } from "../../src/sandbox/clients/api.ts";
import { until } from "../scenarios/waiting.ts";
import { accountKubeconfig, rightsOf } from "./account.ts";
import type { Faults, Operator, TraceVerdict } from "./backend.ts";
import { HOST_ADDRESS, inNetwork } from "./debian.ts";
import { heard, residentOf } from "./heard.ts";
import { faultsOf, openRelay } from "./relay.ts";

export type HostOperator = Operator & Pick<Faults, "slowApi" | "cutApi"> & { readonly stop: () => Promise<TraceVerdict> };

/** A Deployment waits longer from the second time on; here nobody waits. */
const AGAIN_AFTER_MS = 1_000;

/** Starts it with the account of `crds/install`; among the nodes of the Debian cluster where that is the cluster. */
export const startHostOperator = async (api: Api, kubeconfig: string, isDebian: boolean): Promise<HostOperator> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
  const { hostname, port } = new URL(api.client.server);
  const here = isDebian ? HOST_ADDRESS : "127.0.0.1";
  const relay = await openRelay({ host: hostname, port: Number(port === "" ? 443 : port) }, here);
  const own = join(folder, "operator.kubeconfig");
  writeFileSync(own, await accountKubeconfig(api, kubeconfig, `https://${here}:${relay.port}`), { mode: 0o600 });
  const trace = join(folder, "operator.trace");

  const { log, onLine, hear } = heard();
  let isStopping = false;
  let child: Child | undefined;
  const start = async (): Promise<void> => {
    const { program, args } = nodeEntry("../main");
    const all = [...args, "operator", "--kubeconfig", own, "--listen", "127.0.0.1:0"];
    child = await startChild({
      name: "operator",
      ...(isDebian ? inNetwork(program, all) : { program, args: all }),
      environment: { GUNGNIR_OPERATOR_TRACE: trace },
      log: join(folder, "operator.log"),
      line: hear,
    });
    void child.exited.then(() => setTimeout(() => !isStopping && void start(), AGAIN_AFTER_MS));
  };
  await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const before = child;
    if (before === undefined) throw new Error("no operator runs");
    process.kill(before.pid, signal);
    await before.exited;
    await until("another operator", () => child !== before);
  };
  return {
    how: "from this checkout, as a process",
    log,
    onLine,
    kill: () => end("SIGKILL"),
    restart: () => end("SIGTERM"),
    resident: () => residentOf(child?.pid ?? 0),
    node: () => Promise.resolve(undefined),
    rights: () => rightsOf(api, kubeconfig),
    ...faultsOf(relay),
    stop: async () => {
      isStopping = true;
      await child?.stop();
      await relay.close();
      const verdict = await replay(trace);
      await rm(folder, { recursive: true, force: true });
      return verdict;
    },
  };
};

/** Every decision of a trace made again by core, from what was heard then. */
export const replay = async (file: string): Promise<TraceVerdict> => {
  if (!existsSync(file)) return { entries: 0, problems: [`there is no trace at ${file}`] };
  const { lines, problems } = await conform(createInterface({ input: createReadStream(file) }));
  return { entries: lines, problems: problems.map(({ message }) => message) };
};
