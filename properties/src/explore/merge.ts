// The graphs of the shards of one search, put together: states are numbered as a search breadth first would number them, level by
// level, and within a level shard by shard.
import type { Recorded } from "./fair.ts";
import { Labels, NO_LABEL } from "./labels.ts";
import { Numbers } from "./numbers.ts";
import type { ShardGraph } from "./shard.ts";

export type Merged = {
  readonly recorded: Recorded;
  /** From a number among the shards' to the number in the merged graph. */
  readonly numberOf: (state: number) => number;
};

export const merge = (model: string, graphs: readonly ShardGraph[]): Merged => {
  const numbers = graphs.map(({ parents }) => new Int32Array(parents.length));
  let states = 0;
  inOrder(graphs, (_, shard, local) => {
    const own = numbers[shard];
    if (own !== undefined) own[local] = states++;
  });
  const numberOf = (state: number): number =>
    state < 0 ? state : (numbers[state % graphs.length]?.[Math.floor(state / graphs.length)] ?? state);

  const names = new Labels(model);
  const [offsets, targets, labels] = [new Numbers(), new Numbers(), new Numbers()];
  const [goals, parents, vias] = [new Numbers(), new Numbers(), new Numbers()];
  inOrder(graphs, (graph, _, local) => {
    parents.push(numberOf(graph.parents[local] ?? -1));
    vias.push(graph.vias[local] ?? 0);
    goals.push(graph.goals[local] ?? 0);
    offsets.push(targets.length);
    const end = graph.offsets[local + 1] ?? 0;
    for (let edge = graph.offsets[local] ?? end; edge < end; edge++) {
      if (edge >= graph.targets.length) break; // no edges are kept where nothing is promised
      targets.push(numberOf(graph.targets[edge] ?? 0));
      const label = graph.labels[edge] ?? NO_LABEL;
      labels.push(names.of(label === NO_LABEL ? undefined : graph.labelNames[label]));
    }
  });
  offsets.push(targets.length);
  return { recorded: { graph: { states, offsets, targets }, labels, goals, parents, vias }, numberOf };
};

/** Every state once, in the order in which one search would have met them. */
const inOrder = (graphs: readonly ShardGraph[], visit: (graph: ShardGraph, shard: number, local: number) => void): void => {
  const levels = Math.max(0, ...graphs.map((graph) => graph.levels.length));
  for (let level = 0; level < levels; level++) {
    for (const [shard, graph] of graphs.entries()) {
      const end = graph.levels[level] ?? graph.parents.length;
      for (let local = level === 0 ? 0 : (graph.levels[level - 1] ?? end); local < end; local++) visit(graph, shard, local);
    }
  }
};
