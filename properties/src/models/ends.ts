// How it ends: the settled states that a world comes to, without what only time and order leave in them. Two worlds that are to come to the
// same are asked for these.
import { always } from "../explore/model.ts";
import { explore } from "../explore/explore.ts";
import { isStable } from "../specification/stable.ts";
import { compactModel } from "../world/compact.ts";
import type { Setting, World } from "../world/world.ts";

export type Ends = { readonly ends: ReadonlySet<string>; readonly states: number; readonly transitions: number };

const MOST_STATES = 30_000;

/** `seen` is how a world is looked at: under other names, for one. */
export const endsOf = (setting: Setting, from: World, seen: (world: World) => World = (world) => world): Ends => {
  const ends = new Set<string>();
  const watching = always<World>("ends", (world) => {
    const { memory, decision } = world.operator;
    if (isStable(world) && memory.inFlight.length === 0 && decision._tag === "Settled") ends.add(endOf(seen(world)));
    return undefined;
  });
  const { states, transitions, complete } = explore(compactModel(setting, from), [watching], { maxStates: MOST_STATES });
  if (!complete) throw new Error(`${MOST_STATES} states and no end: it does not come to rest`);
  return { ends, states, transitions };
};

/** Who is what, who counts, who holds what, who is let in, and what clients were told. */
const endOf = ({ api, nodes, clients }: World): string =>
  JSON.stringify({
    record: api.cluster.record,
    processes: nodes.valkey.processes.map(({ pod, runId, role, items, users, minReplicas }) => ({
      pod,
      runId,
      follows: role._tag === "Replica" ? role.of : "nobody",
      items: items.map(({ id }) => id),
      users,
      minReplicas,
    })),
    acknowledged: clients.acknowledged,
    objects: api.objects.map(({ name }) => name),
  });
