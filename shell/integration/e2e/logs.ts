// The output of all pods of a namespace, line by line, through the API. It is asked for again and again rather than followed: a stream
// that falls silent with its node would have to be told from one that has nothing to say.
import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess } from "../../src/kubernetes/answer.ts";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf } from "../scenarios/reading.ts";

export type Following = { readonly stop: () => Promise<void> };

const LOOK_MS = 150;
const TIMEOUT_MS = 3_000;
/** As long as `2026-01-01T00:00:00.000000000`. */
const NANOSECONDS = 29;

export const followLogs = (api: Api, namespace: string, line: (text: string) => void): Following => {
  const stopped = new AbortController();
  /** The time of the last line of each container, to the nanosecond, as the kubelet writes it in front. */
  const seen = new Map<string, string>();
  const asking = new Set<string>();

  const ask = async (pod: string, id: string): Promise<void> => {
    if (asking.has(id)) return; // a node that is away holds up its own pods only
    asking.add(id);
    const last = seen.get(id) ?? "";
    // The server counts whole seconds: lines of the last one come again, and are told apart by the rest of their time.
    const query = { timestamps: true, sinceTime: last === "" ? undefined : `${last.slice(0, 19)}Z` };
    const path = pathTo("pods", namespace, pod, "log");
    const answer = await api.client.request({ method: "GET", path, query, accept: "*/*", timeoutMs: TIMEOUT_MS });
    asking.delete(id);
    if (!isSuccess(answer) || typeof answer.body !== "string") return;
    for (const text of answer.body.split("\n")) {
      const [written = "", ...rest] = text.split(" ");
      const time = written.replace("Z", "").padEnd(NANOSECONDS, "0"); // zeros at the end are left out
      if (rest.length === 0 || time <= last) continue;
      seen.set(id, time);
      line(rest.join(" "));
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const answer = await api.client.request({ method: "GET", path: pathTo("pods", namespace), timeoutMs: TIMEOUT_MS });
      for (const pod of isSuccess(answer) ? listOf(at(answer.body, "items")) : []) {
        const [container] = listOf(at(pod, "status", "containerStatuses"));
        const id = container?.["containerID"];
        if (typeof id === "string" && at(container, "state", "running") !== undefined) void ask(String(at(pod, "metadata", "name")), id);
      }
      await sleep(LOOK_MS);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
