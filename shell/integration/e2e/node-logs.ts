// The output of the pods of a namespace on nodes that are this machine's, read from the files that containerd writes. Several kubelets share
// their folder here, and each clears away within a minute what is not of its own pods; so every file gets a second name in a folder of ours as
// soon as it is there, and what is written goes on to be read.
import { existsSync } from "node:fs";
import { link, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Following } from "./logs.ts";

const PODS = "/var/log/pods";
const LOOK_MS = 50;

type Tail = { readonly path: string; offset: number; rest: string; partial: string };

export const followNodeLogs = async (namespace: string, line: (text: string) => void): Promise<Following> => {
  // Beside them, for a second name is possible only on the same disk.
  const folder = await mkdtemp(join(existsSync("/var/log") ? "/var/log" : tmpdir(), "gungnir-e2e-"));
  const tails = new Map<string, Tail>();
  const stopped = new AbortController();

  const look = async (): Promise<void> => {
    const pods = (await readdir(PODS).catch(() => [])).filter((name) => name.startsWith(`${namespace}_`));
    for (const pod of pods)
      for (const container of await readdir(join(PODS, pod)).catch(() => []))
        for (const file of await readdir(join(PODS, pod, container)).catch(() => [])) {
          const name = join(PODS, pod, container, file);
          const found = await stat(name).catch(() => undefined);
          const key = String(found?.ino);
          if (found === undefined || tails.has(key)) continue;
          const path = join(folder, key);
          const isKept = await link(name, path).then(
            () => true,
            () => false, // gone between two looks
          );
          if (isKept) tails.set(key, { path, offset: 0, rest: "", partial: "" });
        }
    for (const tail of tails.values()) await read(tail);
  };
  const read = async (tail: Tail): Promise<void> => {
    const file = await open(tail.path);
    try {
      const { size } = await file.stat();
      if (size <= tail.offset) return;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - tail.offset), 0, size - tail.offset, tail.offset);
      tail.offset += bytesRead;
      const lines = (tail.rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      tail.rest = lines.pop() ?? "";
      for (const each of lines) hear(tail, each);
    } finally {
      await file.close();
    }
  };
  /** `TIME stdout F text`, or `P` for a piece of a long line. */
  const hear = (tail: Tail, text: string): void => {
    const [, , kind, ...rest] = text.split(" ");
    tail.partial += rest.join(" ");
    if (kind === "P") return;
    line(tail.partial);
    tail.partial = "";
  };
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await look();
      await sleep(LOOK_MS);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
