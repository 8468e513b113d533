// The peer: a primary and two replicas under three Sentinels, started afresh for every trial. The data servers have the
// replication settings that the operator gives its pods, so that what differs is who decides and how.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, shownValue, type Target } from "@gungnir/shell/demo/connection";
import type { Valkey } from "@gungnir/shell/sandbox/valkey-binary";
import { answerOf, isLinked } from "./measure.ts";
import { eventually, pause, type DataPod, type Rig } from "./rig.ts";

const host = "127.0.0.1";

/** Six processes, ready: both replicas linked, and every Sentinel knows the two replicas and the two other Sentinels. */
export const startSentinel = async (valkey: Valkey, downAfterMs: number): Promise<Rig> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-sentinel-"));
  const processes: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of processes) process.kill("SIGKILL");
    for (const process of processes) if (process.exitCode === null && process.signalCode === null) await once(process, "exit");
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ports = await freePorts(6);
    const [data, sentinels] = [ports.slice(0, 3), ports.slice(3)];
    const [first = 0] = data;
    const start = (program: string, args: readonly string[], cwd: string): ChildProcess => {
      const child = spawn(program, args, { cwd, stdio: "ignore", env: { ...process.env, ...valkey.env } });
      processes.push(child);
      return child;
    };
    const pods: DataPod[] = [];
    for (const [index, port] of data.entries()) {
      const home = join(folder, `data-${index}`);
      await mkdir(home);
      const child = start(valkey.server, [...settings(port), ...(index === 0 ? [] : ["--replicaof", `${host} ${first}`])], home);
      pods.push({ name: `data-${index}`, target: { host, port }, pid: child.pid ?? 0 });
    }
    const [primary, ...survivors] = pods;
    if (primary === undefined) throw new Error("no data server was started");
    await eventually("a primary with two replicas", async () =>
      (await Promise.all(survivors.map((pod) => isLinked(pod.target, primary.target)))).every(Boolean),
    );
    for (const [index, port] of sentinels.entries()) {
      const home = join(folder, `sentinel-${index}`);
      await mkdir(home);
      await writeFile(join(home, "sentinel.conf"), sentinelSettings(port, first, downAfterMs));
      start(valkey.sentinel, [join(home, "sentinel.conf"), "--sentinel"], home);
    }
    const addresses = sentinels.map((port): Target => ({ host, port }));
    await eventually("Sentinels that know each other", async () => (await Promise.all(addresses.map(isComplete))).every(Boolean));
    return {
      primary,
      survivors,
      writeTargets: pods.map((pod) => pod.target),
      clientsTold: (signal) => firstNewAnswer(addresses, `[${host}, ${first}]`, signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const settings = (port: number): readonly string[] =>
  [
    ["port", String(port)],
    ["bind", host],
    ["save", ""],
    ["appendonly", "no"],
    ["repl-diskless-sync-delay", "0"],
    ["repl-ping-replica-period", "1"],
    ["repl-backlog-size", "64mb"],
  ].flatMap(([name, value]) => [`--${name}`, value ?? ""]);

const sentinelSettings = (port: number, primary: number, downAfterMs: number): string =>
  [
    `port ${port}`,
    `bind ${host}`,
    `sentinel monitor web ${host} ${primary} 2`,
    `sentinel down-after-milliseconds web ${downAfterMs}`,
    "sentinel failover-timeout web 60000",
    "sentinel parallel-syncs web 2",
    "",
  ].join("\n");

const isComplete = async (sentinel: Target): Promise<boolean> => {
  const told = await answerOf(sentinel, ["SENTINEL", "MASTER", "web"]);
  return (
    told !== undefined && told.includes("num-slaves, 2,") && told.includes("num-other-sentinels, 2,") && told.includes("flags, master,")
  );
};

/** Asks every Sentinel all the time where the primary is, until one answers anything but the old address. */
const firstNewAnswer = async (sentinels: readonly Target[], before: string, signal: AbortSignal): Promise<number | undefined> => {
  let first: number | undefined;
  const watch = async (sentinel: Target): Promise<void> => {
    const opened = await open(sentinel, 1_000);
    if (opened._tag === "Closed") return;
    while (!signal.aborted && first === undefined) {
      const outcome = await opened.connection.send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "web"], 1_000);
      if (outcome._tag === "Answered" && shownValue(outcome.value) !== before) first ??= performance.now();
      await pause(1);
    }
    opened.connection.close();
  };
  await Promise.all(sentinels.map(watch));
  return first;
};

const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, host);
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
};
