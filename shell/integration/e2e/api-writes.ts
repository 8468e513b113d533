// What the operator wrote, but for its Lease: the API server's own count of writes to what only an operator writes to, and the operator's own
// Events, told by their source, for kubelets write Events as well.
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf } from "../scenarios/reading.ts";
import type { Stage } from "./stage.ts";

/** With the subresource: the status of a StatefulSet or of a budget is its controller's. */
const WRITTEN = new Set(["valkeyclusters/status", "services", "configmaps", "secrets", "statefulsets", "poddisruptionbudgets"]);
const WRITES = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE"]);
const OPERATOR = "gungnir-operator";

export type Writes = ReadonlyMap<string, number>;

/** How often each was written since the server began, as its own page has it. */
export const writesOn = (text: string): Map<string, number> => {
  const counted = new Map<string, number>();
  for (const [, labels = "", count = "0"] of text.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const resource = `${label("resource")}${label("subresource") === "" ? "" : `/${label("subresource")}`}`;
    const what = `${label("verb")} ${resource}`;
    if (WRITES.has(label("verb")) && WRITTEN.has(resource)) counted.set(what, (counted.get(what) ?? 0) + Number(count));
  }
  return counted;
};

/** Empty where the server does not count. */
export const countWrites = async (stage: Stage): Promise<Writes> => {
  const answer = await stage.backend.client.request({ method: "GET", path: "/metrics", accept: "*/*", timeoutMs: 30_000 });
  const counted = writesOn(answer._tag === "Answered" && typeof answer.body === "string" ? answer.body : "");
  if (counted.size === 0) return counted;
  for (const event of listOf(at(await stage.get(pathTo("events", stage.namespace)), "items")))
    if (at(event, "source", "component") === OPERATOR)
      counted.set(`Event ${String(event["reason"])} (${String(at(event, "metadata", "name"))})`, Number(event["count"] ?? 1));
  return counted;
};

/** What was written in between, in words. */
export const writesBetween = (before: Writes, after: Writes): readonly string[] =>
  [...after].flatMap(([what, count]) => (count > (before.get(what) ?? 0) ? [`${count - (before.get(what) ?? 0)} ${what}`] : []));
