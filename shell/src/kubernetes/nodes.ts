// Which nodes are about to be emptied. Only a hint, and only where nodes may be read: an operator of one namespace has no right
// to, and then it is simply not known. So nothing waits for this watch, and what breaks it is said once.
import { type Json, nodeFacts } from "@gungnir/core";
import type { ApiClient } from "./client.ts";
import type { KubeObject } from "./object.ts";
import { type Broken, listThenWatch, type WatchEvent } from "./watch.ts";

export type Nodes = {
  /** Those of which there is something to say, with what of them decides; undefined where they cannot be read. */
  list(): readonly Json[] | undefined;
  /** Runs until the signal. */
  run(signal: AbortSignal): Promise<void>;
};

export type NodesOptions = {
  /** Told the names of nodes of which something changed that decides. */
  readonly onChange: (names: ReadonlySet<string>) => void;
  readonly onBroken: (broken: Broken) => void;
};

// A right that is missing is rarely given within seconds, and asking costs the server an audit line.
const CEILING_MS = 30_000;

export function nodes(client: ApiClient, options: NodesOptions): Nodes {
  const told = new Map<string, { readonly node: Json; readonly text: string }>();
  let isListed = false;

  /** Whether that is news. */
  const put = (node: KubeObject): boolean => {
    const { name } = node.metadata;
    const spec = nodeFacts(node);
    const text = JSON.stringify(spec);
    const before = told.get(name)?.text ?? OPEN;
    if (text === OPEN) told.delete(name);
    else told.set(name, { node: { metadata: { name }, spec }, text });
    return text !== before;
  };
  const fold = (event: Exclude<WatchEvent, Broken>): ReadonlySet<string> => {
    switch (event._tag) {
      case "Listed": {
        isListed = true;
        const listed = new Set(event.items.map(({ metadata }) => metadata.name));
        const gone = [...told.keys()].filter((name) => !listed.has(name));
        for (const name of gone) told.delete(name);
        return new Set([...gone, ...event.items.filter(put).map(({ metadata }) => metadata.name)]);
      }
      case "Changed":
        return put(event.object) ? new Set([event.object.metadata.name]) : NONE;
      case "Deleted":
        return told.delete(event.object.metadata.name) ? new Set([event.object.metadata.name]) : NONE;
      case "Bookmark":
        return NONE;
    }
  };

  return {
    list: () => (isListed ? [...told.values()].map(({ node }) => node) : undefined),
    run: async (signal) => {
      let said = "";
      for await (const event of listThenWatch(client, { path: "/api/v1/nodes", signal, ceilingMs: CEILING_MS })) {
        if (event._tag === "Broken") {
          if (event.message !== said && event.reason !== "Silent") options.onBroken(event);
          said = event.message;
          continue;
        }
        const changed = fold(event);
        if (changed.size > 0) options.onChange(changed);
      }
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
/** Of a node of which there is nothing to say. */
const OPEN = JSON.stringify(nodeFacts({}));
