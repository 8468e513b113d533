// Too little processor time for everybody: busy processes beside the cluster and, on nodes that are groups of this machine, a small share for
// all that runs on one. They end by themselves should this program not live to end them.
import { spawn } from "node:child_process";
import { once as onceEvent } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { once, type Undo } from "./backend.ts";

const HOGS = 8;
const AT_MOST_S = 120;
/** Of a node's group, where each busy process has 1024 of its own; with all of them squeezed harder, servers are silent for D in truth. */
const SQUEEZED = { one: "64", several: "256" } as const;

/** Processes that never rest, at our own priority. */
const startHogs = (): Undo => {
  const hogs = Array.from({ length: HOGS }, () =>
    spawn("timeout", [String(AT_MOST_S), "sh", "-c", "while :; do :; done"], { stdio: "ignore" }),
  );
  const ended = hogs.map((hog) => onceEvent(hog, "exit"));
  return once(async () => {
    for (const hog of hogs) hog.kill();
    await Promise.all(ended);
  });
};

/** `groupOf` is the file with a node's shares; a node that has none there is only crowded. */
export const starveBy =
  (groupOf: (node: string) => string) =>
  async (squeezed: readonly string[]): Promise<Undo> => {
    const groups = squeezed.map(groupOf).filter((file) => existsSync(file));
    const was = await Promise.all(groups.map(async (file) => ({ file, before: await readFile(file, "utf8") })));
    const restore = async (): Promise<void> => void (await Promise.all(was.map(({ file, before }) => writeFile(file, before))));
    const shares = groups.length === 1 ? SQUEEZED.one : SQUEEZED.several;
    await Promise.all(groups.map((file) => writeFile(file, shares)));
    const end = startHogs();
    return once(async () => {
      await restore();
      await end();
    });
  };
