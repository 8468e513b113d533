// Writes a pod's status: one patch in flight, the newest state next, nothing when nothing changed.
//
// The patch names the pod's UID, so that it never lands on a successor of the same name.
import { type Api, pathTo, warn } from "../clients/api.ts";
import type { Pod, PodStatus } from "../clients/pod.ts";

export type Reporter = {
  /** Something changed: read the state and send it, at once if nothing is in flight. */
  readonly report: () => void;
  /** Resolves when all that was reported has been written, or the pod is gone. */
  readonly settled: () => Promise<void>;
};

const AGAIN_MS = 100;
const LONGEST_MS = 2_000;

export const statusReporter = (api: Api, pod: Pod, current: () => PodStatus, signal: AbortSignal): Reporter => {
  const path = pathTo("pods", pod.metadata.namespace, pod.metadata.name, "status");
  let isWanted = false;
  let writing: Promise<void> | undefined;
  let sent = "";

  const write = async (): Promise<void> => {
    let pause = AGAIN_MS;
    while (isWanted && !signal.aborted) {
      isWanted = false;
      const status = current();
      const text = JSON.stringify(status);
      if (text === sent) continue;
      const outcome = await api.patch(path, { metadata: { uid: pod.metadata.uid }, status });
      if (outcome._tag === "Done") {
        sent = text;
        pause = AGAIN_MS;
      } else if (outcome._tag === "Missing" || outcome._tag === "Conflict") {
        return; // the pod is gone, or another one has its name: nobody reads this status any more
      } else {
        warn("kubelet", `status of ${pod.metadata.namespace}/${pod.metadata.name} not written: ${outcome.message}`);
        isWanted = true;
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(pause * 2, LONGEST_MS);
      }
    }
  };

  const report = (): void => {
    isWanted = true;
    writing ??= write().finally(() => {
      writing = undefined;
      if (isWanted && !signal.aborted) report();
    });
  };
  const settled = async (): Promise<void> => {
    if (writing === undefined) return;
    await writing;
    await settled();
  };
  return { report, settled };
};
