// Who asked a kube-apiserver for what, from its audit log: the server's own metrics count requests and do not say whose they are.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isRecord } from "../kubernetes/answer.ts";
import type { RequestCount } from "./api-server.ts";

/** One line for each request that was answered; nothing of what was in it. */
export const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted, Panic]
rules:
  - level: None
    nonResourceURLs: ["*"]
  - level: None
    verbs: [get, list, watch]
  - level: Metadata
`;

/** The counts so far. A subresource is named as `pods/status`. */
export const auditedRequests = async (log: string): Promise<readonly RequestCount[]> => {
  const counts = new Map<string, RequestCount>();
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const row = requestIn(line);
    if (row === undefined) continue;
    const key = JSON.stringify([row.user, row.verb, row.resource]);
    counts.set(key, { ...row, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
};

const requestIn = (line: string): Omit<RequestCount, "count"> | undefined => {
  if (!line.endsWith("}")) return undefined; // being written
  const event: unknown = JSON.parse(line);
  if (!isRecord(event) || !isRecord(event["user"]) || !isRecord(event["objectRef"])) return undefined;
  const { resource, subresource } = event["objectRef"];
  const { username } = event["user"];
  const { verb } = event;
  if (typeof resource !== "string" || typeof username !== "string" || typeof verb !== "string") return undefined;
  return { user: username, verb, resource: typeof subresource === "string" ? `${resource}/${subresource}` : resource };
};
