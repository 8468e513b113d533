// The output of all pods of a namespace, line by line, through the API: a pod that is made anew is followed from its beginning, a container
// that is started again as well.
import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess } from "../../src/kubernetes/answer.ts";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf } from "../scenarios/reading.ts";

export type Following = { readonly stop: () => Promise<void> };

const LOOK_MS = 300;

export const followLogs = (api: Api, namespace: string, line: (text: string) => void): Following => {
  const stopped = new AbortController();
  const followed = new Map<string, Promise<void>>();
  /** When a stream ended before its container did: its node may have been away. */
  const brokenOff = new Map<string, string>();

  const follow = async (pod: string, id: string): Promise<void> => {
    const path = pathTo("pods", namespace, pod, "log");
    const sinceTime = brokenOff.get(id);
    const stream = await api.client.open({
      method: "GET",
      path,
      query: { follow: true, sinceTime },
      accept: "*/*",
      signal: stopped.signal,
    });
    if (stream._tag !== "Opened") return;
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const piece = await stream.read();
      if (piece._tag !== "Chunk") return;
      const lines = (rest + decoder.decode(piece.bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const answer = await api.client.request({ method: "GET", path: pathTo("pods", namespace) });
      for (const pod of isSuccess(answer) ? listOf(at(answer.body, "items")) : []) {
        const [container] = listOf(at(pod, "status", "containerStatuses"));
        const id = container?.["containerID"];
        if (typeof id !== "string" || at(container, "state", "running") === undefined || followed.has(id)) continue;
        const following = follow(String(at(pod, "metadata", "name")), id).then(() => {
          brokenOff.set(id, new Date().toISOString());
          followed.delete(id);
        });
        followed.set(id, following);
      }
      await sleep(LOOK_MS);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
      await Promise.all(followed.values());
    },
  };
};
