// A process that outlives its pod: deleted by force, its node out of reach. What it wrote is nowhere else, its pod's successor begins with what the
// volume held before, and a leader that comes later has never seen it.
import type { Sometimes } from "../explore/model.ts";
import { sometimes } from "../explore/model.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, TWO_PRIMARIES, held } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { markerOf } from "../world/process.ts";
import type { World } from "../world/world.ts";
import { question } from "./question.ts";

const pair = { spec: { ...SPEC, replicas: 2 }, victims: "anybody", early: [] } as const;

/** It answers, and the mark on its data is older than the record's; whoever wrote that has no pod, and lives. */
const OLDER_VOLUME: Sometimes<World> = sometimes("an older volume answers while who wrote more lives without a pod", (world) => {
  const { record } = world.api.cluster;
  const { processes } = world.nodes.valkey;
  const writer = processes.find(({ runId }) => runId === record?.primary?.runId);
  const isPodless = writer !== undefined && !world.api.pods.some(({ uid }) => uid === writer.uid);
  return (
    isPodless &&
    processes.some((process) => {
      const marker = markerOf(process);
      return process.pod === writer.pod && process !== writer && marker !== "Absent" && marker.epoch < (record?.marker?.epoch ?? 0);
    })
  );
});

export const OUTLIVES_UNLED = question({
  name: "a pair's process outlives its pod, operator restarts",
  asks: "Is a primary without a pod demoted by a leader that has never seen its pod?",
  begins: "settled",
  scenario: { ...pair, faults: 2, kinds: ["pod deleted by force", "operator restarts"] },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [FAILED_OVER, TWO_PRIMARIES],
});

export const OUTLIVES_VOLUME = question({
  name: "a pair's processes outlive their pods, an older volume",
  asks: "Is a volume that an earlier life left promoted while a process that wrote more lives on?",
  begins: "aged",
  scenario: { ...pair, faults: 2, kinds: ["pod deleted by force"], writes: 1 },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [OLDER_VOLUME, FAILED_OVER, held("DataMissing")],
});

export const OUTLIVES_AND_LOST = question({
  name: "a pair's processes outlive their pods, or lose their volumes",
  asks: "And when a volume is lost besides?",
  begins: "aged",
  scenario: { ...pair, faults: 2, kinds: ["pod deleted by force", "crash, volume lost"], writes: 1 },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [OLDER_VOLUME, FAILED_OVER, held("DataMissing")],
});
