// The few fields of a ValkeyCluster that the demonstration looks at, taken out of the JSON once. What is absent or of another
// shape is undefined: the demonstration watches a cluster from outside, like any client, and believes nothing it cannot read.
import { isRecord } from "../kubernetes/answer.ts";
import type { KubeObject } from "../kubernetes/object.ts";
import type { RecordSeen } from "./timeline.ts";

/** The record in the status, as of an instant; undefined before the first claim. */
export const recordIn = (cluster: KubeObject, at: number): RecordSeen | undefined => {
  const record = fieldOf(cluster, "status", "failover");
  const epoch = fieldOf(record, "epoch");
  if (typeof epoch !== "number") return undefined;
  const intent = fieldOf(record, "intent");
  const primary = processIn(fieldOf(record, "primary"));
  const primaryEpoch = fieldOf(record, "primary", "epoch");
  return {
    at,
    epoch,
    primary: primary === undefined || typeof primaryEpoch !== "number" ? undefined : { ...primary, epoch: primaryEpoch },
    intent: isRecord(intent) ? { kind: textIn(intent, "kind") ?? "?", candidate: processIn(fieldOf(intent, "candidate")) } : undefined,
  };
};

/** The phase that `kubectl get` shows. */
export const phaseIn = (cluster: KubeObject): string => textIn(cluster, "status", "phase") ?? "–";

/** The pod that a Service's selector names. */
export const selectedPod = (service: KubeObject): string | undefined =>
  textIn(service, "spec", "selector", "statefulset.kubernetes.io/pod-name");

/** A text at a path of fields. */
export const textIn = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = fieldOf(value, ...path);
  return typeof found === "string" ? found : undefined;
};

const processIn = (value: unknown): { readonly pod: string; readonly runId: string } | undefined => {
  const [pod, runId] = [textIn(value, "pod"), textIn(value, "runId")];
  return pod === undefined || runId === undefined ? undefined : { pod, runId };
};

const fieldOf = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, field) => (isRecord(inner) ? inner[field] : undefined), value);
