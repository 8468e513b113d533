// The API server's own count of writes, by whomever, to what the operator may write to. Its Lease is the one thing that it does write while
// nothing happens, and is not among them.
import type { Stage } from "./stage.ts";

const WRITTEN = new Set(["valkeyclusters", "services", "configmaps", "secrets", "statefulsets", "poddisruptionbudgets", "events"]);
const WRITES = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE"]);

export type Writes = ReadonlyMap<string, number>;

/** Since the server began; in a quiet cluster nobody but the operator writes to these. */
export const countWrites = async (stage: Stage): Promise<Writes> => {
  const answer = await stage.backend.client.request({ method: "GET", path: "/metrics", accept: "*/*", timeoutMs: 30_000 });
  const text = answer._tag === "Answered" && typeof answer.body === "string" ? answer.body : "";
  const counted = new Map<string, number>();
  for (const [, labels = "", count = "0"] of text.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const what = `${label("verb")} ${label("resource")}${label("subresource") === "" ? "" : `/${label("subresource")}`}`;
    if (WRITES.has(label("verb")) && WRITTEN.has(label("resource"))) counted.set(what, (counted.get(what) ?? 0) + Number(count));
  }
  return counted;
};

/** What was written in between, in words. */
export const writesBetween = (before: Writes, after: Writes): readonly string[] =>
  [...after].flatMap(([what, count]) => (count > (before.get(what) ?? 0) ? [`${count - (before.get(what) ?? 0)} ${what}`] : []));
