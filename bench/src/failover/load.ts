// Background load in a process of its own, so that the stop watch's event loop stays free: a steady rate of SETs in small
// batches, on one sticky connection as a real client keeps it; when a write fails it walks to the next target.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, type Connection, type Target } from "@gungnir/shell/demo/connection";
import { pause } from "./rig.ts";

/** Writes a second: enough that replication, probes and elections compete with clients, far from saturating one core. */
const rate = 4_000;
const batch = 20;

/** Starts the load; the answer ends it. Targets go over the channel, not the command line: they may hold a password. */
export const startLoad = async (targets: readonly Target[]): Promise<() => Promise<void>> => {
  const child: ChildProcess = fork(import.meta.filename, [], { execArgv: ["--conditions=gungnir-source"] });
  child.send(targets);
  await once(child, "message"); // the first batch is acknowledged
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
};

const drive = async (targets: readonly Target[]): Promise<void> => {
  let connection: Connection | undefined;
  let told = false;
  for (let turn = 0, next = 0; ; turn++) {
    const target = targets[next % targets.length];
    if (target === undefined) return;
    if (connection === undefined || !connection.isOpen()) {
      const opened = await open(target, 200);
      connection = opened._tag === "Open" ? opened.connection : undefined;
    }
    const commands = Array.from(
      { length: batch },
      (_, index) => ["SET", `load:${(turn * batch + index) % 10_000}`, "x".repeat(100)] as const,
    );
    const outcomes = (await connection?.sendAll(commands, 500)) ?? [];
    if (outcomes.length > 0 && outcomes.every((outcome) => outcome._tag === "Answered")) {
      if (!told) process.send?.("running");
      told = true;
      await pause((1000 * batch) / rate);
    } else {
      connection?.close();
      next += 1;
      await pause(20);
    }
  }
};

const isTargets = (message: unknown): message is readonly Target[] => Array.isArray(message) && message.length > 0;

if (process.argv[1] === import.meta.filename) {
  process.once("disconnect", () => process.exit(0)); // the bench is gone: so are we
  process.once("message", (message) => void (isTargets(message) && drive(message)));
}
