// The three things that happen to primaries here, done to the real process. The process id comes from the process itself
// (INFO), which on a machine of the sandbox's kind is the machine's own.
import { readdir, readlink, rm } from "node:fs/promises";
import { join } from "node:path";

/** What is done to the process of the primary; answers with the instant it was done. */
export type Fault = {
  readonly name: string;
  readonly story: string;
  /** `root` is the folder that everything of the sandbox lives in. */
  readonly strike: (processId: number, root: string) => Promise<number>;
  /** What ends the fault, once the cluster has got over it. */
  readonly relieve?: (processId: number) => void;
};

const strikeWith = (processId: number, signal: NodeJS.Signals): number => {
  const at = performance.now();
  process.kill(processId, signal);
  return at;
};

const crash: Fault = {
  name: "SIGKILL",
  story: "the primary's process is killed",
  strike: (processId) => Promise.resolve(strikeWith(processId, "SIGKILL")),
};

const hang: Fault = {
  name: "SIGSTOP",
  story: "the primary's process is stopped in its tracks: it says nothing, and nothing says that it is gone",
  strike: (processId) => Promise.resolve(strikeWith(processId, "SIGSTOP")),
  relieve: (processId) => {
    try {
      process.kill(processId, "SIGCONT");
    } catch (error) {
      // Its liveness probe may have had it killed meanwhile.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  },
};

const dataGone: Fault = {
  name: "data gone",
  story: "the primary is killed and comes back with an empty volume",
  strike: async (processId, root) => {
    // A server's working directory is its data directory. Stopped first, so that nothing is written after the deletion;
    // killed at once after it, long before anybody could call it silent.
    const folder = await readlink(`/proc/${processId}/cwd`);
    if (!folder.startsWith(`${root}/`))
      throw new Error(`the primary's data folder ${folder} is not inside the sandbox's ${root}: nothing is deleted`);
    process.kill(processId, "SIGSTOP");
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    return strikeWith(processId, "SIGKILL");
  },
};

export const faults: readonly Fault[] = [crash, hang, dataGone];
