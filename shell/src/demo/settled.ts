// When a cluster is at rest, seen from outside: a published primary that says so itself, every other pod linked to it with
// the same offset, the write Service on it, no intent standing. The answer is what still differs, in words.
import type { PodState } from "./polling.ts";
import type { RecordSeen } from "./timeline.ts";

export type Seen = {
  readonly record: RecordSeen | undefined;
  readonly routedTo: string | undefined;
  readonly pods: readonly PodState[];
  /** Pods in all. */
  readonly replicas: number;
  /** While clients write, offsets differ by what is in flight. */
  readonly sameOffsets: boolean;
};

/** Everything that keeps the cluster from being settled; empty when it is. */
export const unsettledOf = ({ record, routedTo, pods, replicas, sameOffsets }: Seen): readonly string[] => {
  const primary = record?.primary;
  if (record === undefined || primary === undefined) return ["no primary is recorded yet"];
  const head = pods.find((pod) => pod.name === primary.pod);
  return [
    ...(record.intent === undefined ? [] : [`an intent stands (${record.intent.kind}, epoch ${record.epoch})`]),
    ...(pods.length === replicas ? [] : [`${pods.length} pods of ${replicas}`]),
    ...(routedTo === primary.pod ? [] : [`writes are routed to ${routedTo ?? "nothing"} and not to ${primary.pod}`]),
    ...pods.flatMap((pod) => problemsOf(pod, primary, head, sameOffsets)),
  ];
};

const problemsOf = (
  { name, said }: PodState,
  primary: { readonly pod: string; readonly runId: string },
  head: PodState | undefined,
  sameOffsets: boolean,
): readonly string[] => {
  if (said === undefined) return [`${name} does not answer`];
  if (name === primary.pod) {
    if (said.role !== "primary") return [`${name} is recorded as primary and says replica`];
    return said.runId === primary.runId ? [] : [`${name} is another process than recorded`];
  }
  if (said.role === "primary") return [`${name} says primary beside ${primary.pod}`];
  if (said.link !== "up" || said.upstream !== head?.address) return [`${name} is not linked to ${primary.pod}`];
  const isBehind = sameOffsets && said.offset !== head?.said?.offset;
  return isBehind ? [`${name} is at offset ${said.offset ?? "?"}, ${primary.pod} at ${head?.said?.offset ?? "?"}`] : [];
};
