// The stop watch. It starts with the signal and knows three instants: the first write that any pod but the old primary
// accepts, the first new client that is sent to the right place, and all survivors linked to the new primary. It asks every
// one to two milliseconds, over connections that were open before.
import { ask, open, shownValue, type Connection, type Target } from "@gungnir/shell/demo/connection";
import { readRole } from "@gungnir/core/resp3";
import type { Measured } from "./figures.ts";
import { pause, type DataPod, type Fault, type Rig } from "./rig.ts";

/** Strikes the primary and measures; throws when any of the three instants does not come within the deadline. */
export const measure = async (rig: Rig, fault: Fault, withinMs: number): Promise<Measured> => {
  const over = AbortSignal.timeout(withinMs);
  const connections = await Promise.all(rig.survivors.map((pod) => open(pod.target, 1_000)));
  const began = performance.now();
  process.kill(rig.primary.pid, fault);
  const first = firstWrite(
    rig.survivors,
    connections.map((each) => (each._tag === "Open" ? each.connection : undefined)),
    over,
  );
  const [written, told, linked] = await Promise.all([
    first,
    rig.clientsTold(over),
    first.then((found) => (found === undefined ? undefined : allLinked(rig.survivors, found.pod, over))),
  ]);
  const missing = [
    written === undefined && "no write was accepted",
    told === undefined && "no client was told",
    linked === undefined && "not all replicas linked",
  ];
  if (written === undefined || told === undefined || linked === undefined)
    throw new Error(`${fault}: ${missing.filter((each) => each !== false).join(", ")} within ${withinMs} ms`);
  return { firstWrite: (written.at - began) / 1000, clientsTold: (told - began) / 1000, linked: (linked - began) / 1000 };
};

type Written = { readonly pod: DataPod; readonly at: number };

const firstWrite = async (
  pods: readonly DataPod[],
  connections: readonly (Connection | undefined)[],
  over: AbortSignal,
): Promise<Written | undefined> => {
  const found = new AbortController();
  const stop = AbortSignal.any([over, found.signal]);
  const watch = async (pod: DataPod, index: number): Promise<Written | undefined> => {
    let connection = connections[index];
    try {
      while (!stop.aborted) {
        if (connection === undefined || !connection.isOpen()) {
          const opened = await open(pod.target, 250);
          connection = opened._tag === "Open" ? opened.connection : undefined;
        }
        const outcome = await connection?.send(["SET", "bench:first-write", pod.name], 1_000);
        if (outcome?._tag === "Answered") {
          const at = performance.now();
          found.abort();
          return { pod, at };
        }
        await pause(1);
      }
      return undefined;
    } finally {
      connection?.close();
    }
  };
  const all = await Promise.all(pods.map(watch));
  return all.filter((each) => each !== undefined).toSorted((a, b) => a.at - b.at)[0];
};

const allLinked = async (pods: readonly DataPod[], primary: DataPod, over: AbortSignal): Promise<number | undefined> => {
  const instants = await Promise.all(pods.filter((pod) => pod !== primary).map((pod) => linkedTo(pod.target, primary.target, over)));
  return instants.every((each) => each !== undefined) ? Math.max(...instants) : undefined;
};

const linkedTo = async (replica: Target, primary: Target, over: AbortSignal): Promise<number | undefined> => {
  while (!over.aborted) {
    const outcome = await ask(replica, ["ROLE"], 250);
    const role = outcome._tag === "Answered" ? readRole(outcome.value) : undefined;
    if (role?._tag === "Ok" && role.value._tag === "Replica") {
      const { ip, port, link } = role.value;
      if (link === "connected" && ip === primary.host && port === primary.port) return performance.now();
    }
    await pause(1);
  }
  return undefined;
};

/** Whether a pod is a replica of `primary` with its link up. */
export const isLinked = async (replica: Target, primary: Target): Promise<boolean> =>
  (await linkedTo(replica, primary, AbortSignal.timeout(20))) !== undefined;

/** The text of an answer, or undefined where there was none. */
export const answerOf = async (target: Target, command: readonly [string, ...string[]], timeoutMs = 250): Promise<string | undefined> => {
  const outcome = await ask(target, command, timeoutMs);
  return outcome._tag === "Answered" ? shownValue(outcome.value) : undefined;
};
