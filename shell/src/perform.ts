// An action of core as one request, and what came of it as an outcome. What is asked and what an answer means is core's;
// here it is only carried: to the API server, or over the open connection to the process that the command names. Nothing is
// tried twice, and nothing is begun that could outlive the lease.
import { randomBytes } from "node:crypto";
import {
  type Action,
  type ClusterName,
  type Command,
  COMMAND_DEADLINE_MS,
  commandsOf,
  fill,
  type Instant,
  isCommand,
  type Outcome,
  outcomeOfAnswers,
  outcomeOfResponse,
  requestOf,
  type Write,
  WRITE_DEADLINE_MS,
} from "@gungnir/core";
import type { ApiClient } from "./kubernetes/client.ts";
import type { Links } from "./valkey/links.ts";

export type Means = {
  readonly client: ApiClient;
  readonly cluster: ClusterName;
  readonly links: Links;
  /** Of the replication users; undefined until the Secret was read. */
  readonly replicationPassword: string | undefined;
  /** The lease is ours until then. */
  readonly permittedUntil: Instant | undefined;
  readonly now: () => Instant;
};

/** Never rejects for what the world does. */
export function perform(action: Action, means: Means): Promise<Outcome> {
  const permittedMs = means.permittedUntil === undefined ? 0 : means.permittedUntil - means.now();
  if (permittedMs <= 0) return settled({ _tag: "Refused", why: "the lease has run out", transient: true });
  return isCommand(action)
    ? command(action, means, Math.min(COMMAND_DEADLINE_MS, permittedMs))
    : write(action, means, Math.min(WRITE_DEADLINE_MS, permittedMs));
}

async function write(action: Write, means: Means, timeoutMs: number): Promise<Outcome> {
  const filled = action._tag === "Create" ? withSecrets(action) : action;
  const { method, path, query, contentType, body } = requestOf(filled, means.cluster);
  const answer = await means.client.request({ method, path, query, contentType, body, timeoutMs });
  return outcomeOfResponse(action, answer);
}

// Hexadecimal, since the value has to pass through configuration files and command lines of servers unharmed.
function withSecrets(action: Extract<Write, { readonly _tag: "Create" }>): Write {
  const values = Object.fromEntries(action.object.generate.map((name) => [name, randomBytes(32).toString("hex")]));
  const filled = fill(action.object, values);
  return filled._tag === "Ok" ? { ...action, object: filled.value } : action;
}

async function command(action: Command, means: Means, timeoutMs: number): Promise<Outcome> {
  const refused = (why: string): Outcome => ({ _tag: "Refused", why: `${action._tag}: ${why}`, transient: true });
  if (means.replicationPassword === undefined) return refused("the Secret with the passwords has not been read yet");
  const reached = means.links.toPod(action.pod.uid)?.commands();
  if (reached === undefined) return refused(`${action.pod.pod} has no address`);
  if (reached.runId !== action.pod.runId) {
    return refused(
      `the process at ${action.pod.pod} ${reached.runId === undefined ? "has not said who it is yet" : "is another one by now"}`,
    );
  }
  const written = commandsOf(action, { ...means.cluster, replicationPassword: means.replicationPassword });
  return outcomeOfAnswers(action, await reached.connection.send(written, timeoutMs));
}

const settled = (outcome: Outcome): Promise<Outcome> => Promise.resolve(outcome);
