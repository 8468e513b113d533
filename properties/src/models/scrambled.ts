// A cluster in whatever state: each process in whatever role, the record there or lost, writes routed to anybody or nobody, and an operator that
// knows nothing of how it came about.
import type { Json, JsonObject, Observed } from "@gungnir/core";
import { WRITE_SERVICE } from "../world/api.ts";
import type { Api } from "../world/api.ts";
import { startOperator } from "../world/operator.ts";
import { detach, follow, promote } from "../world/roles.ts";
import type { Valkey } from "../world/replication.ts";
import type { Setting, World } from "../world/world.ts";

type Fate = "as it was" | "promoted" | "detached" | "follows the next" | "follows the one before";
const FATES: readonly Fate[] = ["as it was", "promoted", "detached", "follows the next", "follows the one before"];

/** One world for each combination. */
export const scrambled = ({ core }: Setting, world: World, record: "recorded" | "forgotten"): readonly World[] => {
  const { processes } = world.nodes.valkey;
  const combinations = processes.reduce<readonly (readonly Fate[])[]>(
    (all) => all.flatMap((fates) => FATES.map((fate) => [...fates, fate])),
    [[]],
  );
  const operator = startOperator(core, 2, world.now);
  const known = record === "recorded" ? world.api : forgotten(world.api);
  const apis = ["web-0", `web-${processes.length - 1}`, "nobody"].map((to) => routed(known, to));
  return combinations.flatMap((fates) => {
    const valkey = fates.reduce<Valkey>((scrambling, fate, at) => befallen(scrambling, at, fate), world.nodes.valkey);
    return apis.map((api) => ({
      ...world,
      api,
      operator,
      nodes: { ...world.nodes, valkey },
      history: { ...world.history, foreign: true, troubled: processes.map(({ runId }) => runId) },
    }));
  });
};

const befallen = (valkey: Valkey, at: number, fate: Fate): Valkey => {
  const process = valkey.processes[at];
  if (process === undefined) return valkey;
  const count = valkey.processes.length;
  const [next, before] = [valkey.processes[(at + 1) % count]?.address ?? "", valkey.processes[(at + count - 1) % count]?.address ?? ""];
  switch (fate) {
    case "as it was":
      return valkey;
    case "promoted":
      return promote(valkey, process);
    case "detached":
      return detach(valkey, process);
    case "follows the next":
      return follow(valkey, process, next);
    case "follows the one before":
      return follow(valkey, process, before);
  }
};

const forgotten = (api: Api): Api => {
  const { status: _, ...cluster } = api.cluster;
  return { ...api, cluster: { ...cluster, record: undefined, status: undefined } };
};
const routed = (api: Api, to: string): Api => ({
  ...api,
  objects: api.objects.map((one): Observed => (one.name === WRITE_SERVICE ? { ...one, manifest: leadingTo(one.manifest, to) } : one)),
});
const leadingTo = (manifest: JsonObject, to: string): JsonObject => {
  const { spec } = manifest;
  const selector = { "statefulset.kubernetes.io/pod-name": to };
  return { ...manifest, spec: isObject(spec) ? { ...spec, selector } : { selector } };
};
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
