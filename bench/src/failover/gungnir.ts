// Ours: the sandbox, the operator and a cluster of three, all started afresh for every trial. New clients are sent to the
// address of the write Service, so being told is a first write over a new connection to it.
import { setTimeout as sleep } from "node:timers/promises";
import { openLab, untilSettled, type Lab } from "@gungnir/shell/demo/lab";
import { ask, type Login, type Target } from "@gungnir/shell/demo/connection";
import type { DataPod, Rig } from "./rig.ts";

/** Starts everything and waits until the cluster has settled. */
export const startGungnir = async (downAfterMs: number): Promise<Rig> => {
  const manifest = { metadata: { name: "web" }, spec: { persistence: { enabled: false }, sentinel: { downAfterMs } } };
  const lab = await openLab(manifest, () => undefined);
  try {
    await untilSettled(lab, 60_000);
    return await rigOf(lab);
  } catch (error) {
    await lab.stop();
    throw error;
  }
};

const rigOf = async (lab: Lab): Promise<Rig> => {
  const [login, service] = [lab.login(), lab.watching.serviceAddress()];
  const recorded = lab.watching.record()?.primary?.pod;
  if (login === undefined || service === undefined) throw new Error("the write Service has no address");
  const pods = lab.polling.states().flatMap(({ name, address, said }): DataPod[] => {
    if (address === undefined || said === undefined) return [];
    return [{ name, target: { host: address, port: lab.port, login }, pid: said.processId }];
  });
  const primary = pods.find(({ name }) => name === recorded);
  if (primary === undefined) throw new Error("no primary answers");
  await lab.polling.stop(); // the stop watch asks for itself
  const target: Target & { readonly login: Login } = { host: service, port: lab.port, login };
  return {
    primary,
    survivors: pods.filter((pod) => pod !== primary),
    writeTargets: [target],
    clientsTold: (signal) => firstWriteThrough(target, signal),
    stop: lab.stop,
  };
};

/** Several clients in turns, because an attempt that lands on a hung primary says nothing until its own time is over. */
const lanes = 12;
const attemptMs = 24;

/** The instant of the first write over a connection that was opened after the call. */
const firstWriteThrough = async (service: Target, signal: AbortSignal): Promise<number | undefined> => {
  let first: number | undefined;
  const lane = async (index: number): Promise<void> => {
    await sleep((index * attemptMs) / lanes);
    while (!signal.aborted && first === undefined) {
      const began = performance.now();
      const outcome = await ask(service, ["SET", "bench:told", index], attemptMs);
      if (outcome._tag === "Answered") first ??= performance.now();
      await sleep(Math.max(1, attemptMs - (performance.now() - began)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return first;
};
