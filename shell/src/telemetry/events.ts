// A Kubernetes Event for what was decided, so that `kubectl describe` tells the story. Best effort and never in the way:
// one request at a time, a short queue, and what cannot be written is only counted. The same thing said again within a
// while is one Event whose count rises.
import { isSuccess } from "../kubernetes/answer.ts";
import type { ApiClient } from "../kubernetes/client.ts";

export type Subject = { readonly namespace: string; readonly name: string; readonly uid: string };
export type Told = { readonly subject: Subject; readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string };
export type Storyteller = {
  tell(told: Told): void;
  /** Waits until everything told so far is written or given up, at most `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
};

const MOST_WAITING = 200;
const SAME_WITHIN_MS = 600_000;
const REQUEST_TIMEOUT_MS = 3000;

type Series = { readonly eventName: string; count: number; firstAt: string; lastMs: number };

type Reporter = { readonly component: string; readonly instance: string; readonly onDropped?: () => void };

export function storyteller(client: ApiClient, reporter: Reporter): Storyteller {
  const waiting: Told[] = [];
  const series = new Map<string, Series>();
  let running: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    for (let told = waiting.shift(); told !== undefined; told = waiting.shift()) await write(told);
    running = undefined;
  };
  const write = async (told: Told): Promise<void> => {
    const key = JSON.stringify([told.subject.uid, told.type, told.reason, told.message]);
    const now = Date.now();
    forgetOld(series, now);
    const known = series.get(key);
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
    const path = `/api/v1/namespaces/${told.subject.namespace}/events`;
    if (known !== undefined) {
      known.count += 1;
      known.lastMs = now;
      const answer = await client.request({
        method: "PATCH",
        path: `${path}/${known.eventName}`,
        contentType: "application/merge-patch+json",
        body: { count: known.count, lastTimestamp: time },
        timeoutMs: REQUEST_TIMEOUT_MS,
      });
      if (isSuccess(answer)) return;
      series.delete(key);
    }
    const eventName = `${told.subject.name}.${now.toString(16)}${Math.floor(Math.random() * 0xffff).toString(16)}`;
    const answer = await client.request({
      method: "POST",
      path,
      body: eventOf(told, eventName, time, reporter),
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    if (isSuccess(answer)) series.set(key, { eventName, count: 1, firstAt: time, lastMs: now });
    else reporter.onDropped?.();
  };

  return {
    tell: (told) => {
      // The newest is worth more than the oldest.
      if (waiting.length >= MOST_WAITING) {
        waiting.shift();
        reporter.onDropped?.();
      }
      waiting.push(told);
      running ??= drain();
    },
    flush: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
      await Promise.race([running ?? Promise.resolve(), late]);
      clearTimeout(timer);
    },
  };
}

function forgetOld(series: Map<string, Series>, now: number): void {
  for (const [key, one] of series) if (now - one.lastMs > SAME_WITHIN_MS) series.delete(key);
}

function eventOf(told: Told, name: string, time: string, reporter: Reporter): Readonly<Record<string, unknown>> {
  const { subject } = told;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: subject.namespace },
    involvedObject: {
      apiVersion: "valkey.verilean.io/v1",
      kind: "ValkeyCluster",
      namespace: subject.namespace,
      name: subject.name,
      uid: subject.uid,
    },
    type: told.type,
    reason: told.reason,
    // The API refuses messages above 1 KiB.
    message: told.message.slice(0, 1000),
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component: reporter.component },
    reportingComponent: reporter.component,
    reportingInstance: reporter.instance,
  };
}
