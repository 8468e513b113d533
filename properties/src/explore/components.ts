// Tarjan's strongly connected components, without recursion: the graphs here are deeper than a call stack.
import type { Numbers } from "./numbers.ts";

/** Edges of state s are `targets[offsets[s] … offsets[s + 1])`. */
export type Graph = { readonly states: number; readonly offsets: Numbers; readonly targets: Numbers };

/** Calls `component` once for each strongly connected component, successors first. States not `within` are left out. */
export const components = (graph: Graph, within: (state: number) => boolean, component: (states: readonly number[]) => void): void => {
  const UNSEEN = -1;
  const order = new Int32Array(graph.states).fill(UNSEEN);
  const lowest = new Int32Array(graph.states);
  const onStack = new Uint8Array(graph.states);
  const edge = new Int32Array(graph.states); // the next edge to follow of each state on the path
  const stack: number[] = [];
  const path: number[] = [];
  let count = 0;

  const enter = (state: number): void => {
    order[state] = lowest[state] = count++;
    edge[state] = graph.offsets.at(state);
    onStack[state] = 1;
    stack.push(state);
    path.push(state);
  };
  const lower = (state: number, to: number): void => {
    if (to < (lowest[state] ?? to)) lowest[state] = to;
  };
  const leave = (state: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent, lowest[state] ?? 0);
    if (lowest[state] !== order[state]) return;
    const members = stack.splice(stack.lastIndexOf(state));
    for (const member of members) onStack[member] = 0;
    component(members);
  };

  for (let root = 0; root < graph.states; root++) {
    if (order[root] !== UNSEEN || !within(root)) continue;
    enter(root);
    for (let state = path.at(-1); state !== undefined; state = path.at(-1)) {
      const index = edge[state] ?? 0;
      if (index === graph.offsets.at(state + 1)) {
        leave(state);
        continue;
      }
      edge[state] = index + 1;
      const to = graph.targets.at(index);
      if (!within(to)) continue;
      if (order[to] === UNSEEN) enter(to);
      else if (onStack[to] === 1) lower(state, order[to] ?? 0);
    }
  }
};
