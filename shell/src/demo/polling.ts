// What the processes say of themselves, asked many times a second over connections of the demonstration's own: role, offset,
// link, run id, process id. Besides the present it keeps one thing: when each process was seen to become primary.
import { setTimeout as sleep } from "node:timers/promises";
import { bytesIn, commands, decimal, infoScan } from "@gungnir/core/resp3";
import { open, type Connection, type Login } from "./connection.ts";
import type { PrimarySeen } from "./timeline.ts";
import type { PodSeen } from "./watching.ts";

export type PodState = {
  readonly name: string;
  readonly address: string | undefined;
  /** Undefined while it does not answer. */
  readonly said: Said | undefined;
};

export type Said = {
  readonly role: "primary" | "replica";
  readonly runId: string;
  readonly offset: bigint | undefined;
  readonly link: "up" | "down" | undefined;
  readonly upstream: string | undefined;
  readonly processId: number;
};

export type Polling = {
  readonly primaries: readonly PrimarySeen[];
  /** Sorted by name. */
  readonly states: () => readonly PodState[];
  readonly stop: () => Promise<void>;
};

const everyMs = 20;
const timeoutMs = 200;

/** Asks every pod that `pods` names, each 20 ms unless told otherwise; a hung one holds up only itself. */
export const pollPods = (pods: () => readonly PodSeen[], port: number, login: () => Login | undefined, periodMs = everyMs): Polling => {
  const primaries: PrimarySeen[] = [];
  const connections = new Map<string, Connection>();
  const said = new Map<string, Said>();
  const asking = new Set<string>();
  const roles = new Map<string, Said["role"]>(); // the last one of each process, silences in between or not
  const stopped = new AbortController();

  const ask = async ({ name, address }: PodSeen): Promise<void> => {
    if (address === undefined || asking.has(name)) return;
    asking.add(name);
    const answer = await askOne(connections, address, port, login());
    asking.delete(name);
    if (answer === undefined) said.delete(name);
    else {
      said.set(name, answer);
      const { role, runId } = answer;
      if (role === "primary" && roles.get(runId) !== "primary") primaries.push({ at: performance.now(), pod: name, runId });
      roles.set(runId, role);
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      for (const pod of pods()) void ask(pod);
      await sleep(periodMs);
    }
  };
  const running = loop();

  return {
    primaries,
    states: () => pods().map(({ name, address }) => ({ name, address, said: said.get(name) })),
    stop: async () => {
      stopped.abort();
      await running;
      for (const connection of connections.values()) connection.close();
    },
  };
};

const askOne = async (
  connections: Map<string, Connection>,
  host: string,
  port: number,
  login: Login | undefined,
): Promise<Said | undefined> => {
  let connection = connections.get(host);
  if (connection === undefined || !connection.isOpen()) {
    const opened = await open({ host, port, ...(login !== undefined && { login }) }, timeoutMs);
    if (opened._tag === "Closed") return undefined;
    connection = opened.connection;
    connections.set(host, connection);
  }
  const outcome = await connection.send(commands.info("server", "replication"), timeoutMs);
  const info = outcome._tag === "Answered" ? bytesIn(outcome.value) : undefined;
  return info === undefined ? undefined : saidIn(info);
};

const scan = infoScan(["role", "run_id", "process_id", "master_host", "master_link_status", "master_repl_offset", "slave_repl_offset"]);

const saidIn = (info: Uint8Array): Said | undefined => {
  const field = scan(info);
  const [role, runId, processId, link] = [field("role"), field("run_id"), field("process_id"), field("master_link_status")];
  if ((role !== "master" && role !== "slave") || runId === undefined || processId === undefined) return undefined;
  const offset = role === "master" ? field("master_repl_offset") : field("slave_repl_offset");
  return {
    role: role === "master" ? "primary" : "replica",
    runId,
    offset: decimal(offset),
    link: link === "up" || link === "down" ? link : undefined,
    upstream: role === "slave" ? field("master_host") : undefined,
    processId: Number(processId),
  };
};
