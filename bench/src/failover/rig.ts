// What both contestants look like to the measurement: three data pods, a way to ask where clients would be sent, and an end.
// Everything that differs between Sentinel and the operator is behind this type, so that the stop watch cannot favour either.
import type { Target } from "@gungnir/shell/demo/connection";

export type Fault = "SIGKILL" | "SIGSTOP";

export type DataPod = { readonly name: string; readonly target: Target; readonly pid: number };

export type Rig = {
  readonly primary: DataPod;
  /** The pods that stay: every data pod but the primary. */
  readonly survivors: readonly DataPod[];
  /** Where a client of this system may find a primary; the load walks along them when a write fails. */
  readonly writeTargets: readonly Target[];
  /** The instant (performance.now()) at which a new client was first sent to a primary other than the old one. */
  readonly clientsTold: (signal: AbortSignal) => Promise<number | undefined>;
  readonly stop: () => Promise<void>;
};

/** Waits for a condition, asked every `everyMs`; throws with the name of what never came. */
export const eventually = async (
  what: string,
  condition: () => Promise<boolean>,
  { withinMs = 30_000, everyMs = 20 } = {},
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await pause(everyMs);
  }
};

export const pause = (ms: number): Promise<void> => new Promise((wake) => void setTimeout(wake, ms));
