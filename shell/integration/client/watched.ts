// What a stream has told of a server's ConfigMaps.
import { isRecord } from "../../src/kubernetes/answer.ts";
import { type Cache, cache } from "../../src/kubernetes/cache.ts";
import type { ApiClient } from "../../src/kubernetes/client.ts";
import { type Broken, listThenWatch } from "../../src/kubernetes/watch.ts";

export const MAPS = "/api/v1/namespaces/default/configmaps";

export type Watched = {
  readonly values: () => Readonly<Record<string, string>>;
  readonly broken: readonly Broken[];
  readonly stop: () => Promise<void>;
};

/** All ConfigMaps of the namespace, as the stream tells of them. */
export function watching(client: ApiClient): Watched {
  const stop = new AbortController();
  const broken: Broken[] = [];
  const known: Cache = cache();
  const run = (async () => {
    const options = { path: MAPS, signal: stop.signal, floorMs: 20, ceilingMs: 300, listTimeoutMs: 2_000 };
    for await (const event of listThenWatch(client, options)) {
      if (event._tag === "Broken") broken.push(event);
      known.apply(event);
    }
  })();
  return {
    values: () => Object.fromEntries(known.all().map((one) => [one.metadata.name, valueOf(one["data"])])),
    broken,
    stop: async () => {
      stop.abort();
      await run;
    },
  };
}
const valueOf = (data: unknown): string => (isRecord(data) ? String(data["value"]) : "");
