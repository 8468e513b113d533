// What is true of a cluster at the moment, for gauges: read off the memory when somebody asks, so that it costs a decision nothing.
import type { Memory } from "@gungnir/core";

export type Look = {
  readonly epoch: number;
  readonly streaming: number;
  readonly wanted: number;
  readonly conditions: readonly (readonly [type: string, holds: boolean])[];
  /** Bytes that each replica lacked when it and the primary were last heard. */
  readonly lag: readonly (readonly [pod: string, bytes: number])[];
};

/** Undefined for who does not lead, or has read nothing. */
export function lookOf({ leadership, cluster, health }: Memory): Look | undefined {
  if (leadership._tag !== "Leading" || cluster === undefined) return undefined;
  const { record, spec, status } = cluster;
  const readings = health.flatMap(({ target, last }) => (last?.reply._tag === "Reading" ? [{ target, reading: last.reply.reading }] : []));
  const primary = readings.find(({ target, reading }) => target.uid === record?.primary?.uid && reading.role === "primary")?.reading;
  const replicas = readings.filter(({ reading }) => reading.role === "replica" && reading.replid === primary?.replid);
  return {
    epoch: record?.epoch ?? 0,
    streaming: record?.members.filter((member) => member.state === "Streaming").length ?? 0,
    wanted: spec.replicas - 1,
    conditions: status?.conditions.map((one) => [one.type, one.status === "True"] as const) ?? [],
    lag:
      primary === undefined
        ? []
        : replicas.map(({ target, reading }) => [target.pod, Math.max(0, Number(primary.offset - reading.offset))] as const),
  };
}
