// What the scenarios stand on: one sandbox with the operator as a process of its own, and clusters in it (`subject.ts`) whose processes
// can be struck.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { conform } from "@gungnir/properties";
import type { TestContext } from "vitest";
import { messageOf } from "../../src/kubernetes/answer.ts";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/main.ts";
import { at, lineIn, listOf, type LogLine } from "./reading.ts";
import { type ClusterOptions, createSubject, type Subject as SubjectSeen } from "./subject.ts";

export { at, listOf, type LogLine } from "./reading.ts";
export { quick } from "./subject.ts";
export { PATIENCE_MS, until } from "./waiting.ts";

/** `npm run scenarios` asks more of the same scenarios than `npm test`, which has only minutes. */
export const isLong = process.env["GUNGNIR_SCENARIOS"] === "long";

export type Rig = {
  readonly sandbox: Sandbox;
  /** Every JSON line that any operator of this rig has written. */
  readonly log: readonly LogLine[];
  /** Calls back with every later line, in the instant it is read; undone by calling what it returns. */
  readonly onLine: (listener: (line: LogLine) => void) => () => void;
  readonly create: (options: ClusterOptions) => Promise<Subject>;
  readonly get: (path: string) => Promise<unknown>;
  readonly namespace: (name: string) => Promise<void>;
  /** Writes to the API by the operator's account since the server started, those to the Lease left out. */
  readonly operatorWrites: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

/** A cluster under test whose processes are this machine's own. */
export type Subject = SubjectSeen & { readonly kill: (pod: string, signal: NodeJS.Signals) => void };

export const openRig = async (options: SandboxOptions = {}): Promise<Rig> => {
  const log: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const operatorLine = (line: string): void => {
    const parsed = line.startsWith("{") ? lineIn(line) : undefined;
    if (parsed === undefined) return;
    log.push(parsed);
    for (const listener of listeners) listener(parsed);
  };
  const traces = await mkdtemp(join(tmpdir(), "gungnir-trace-"));
  const trace = join(traces, "operator.trace");
  const sandbox = await startSandbox({
    restartBackOffMs: 500,
    operatorLine,
    ...options,
    operatorEnvironment: { GUNGNIR_OPERATOR_TRACE: trace, ...options.operatorEnvironment },
  });
  const subjects: SubjectSeen[] = [];
  const get = async (path: string): Promise<unknown> => {
    const answer = await sandbox.adminClient.request({ method: "GET", path });
    return answer._tag === "Answered" && answer.status === 200 ? answer.body : undefined;
  };
  return {
    sandbox,
    log,
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get,
    create: async (cluster) => {
      const subject = await createSubject({ client: sandbox.adminClient, api: sandbox.api, log }, cluster);
      subjects.push(subject);
      const { namespace } = subject;
      const kill = (pod: string, signal: NodeJS.Signals): void => {
        const pid = sandbox.processOf({ namespace, pod });
        if (pid === undefined) throw new Error(`${pod} has no process`);
        process.kill(pid, signal);
      };
      return { ...subject, kill };
    },
    namespace: async (name) => {
      const outcome = await sandbox.api.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
      if (outcome._tag !== "Done") throw new Error(outcome.message);
    },
    operatorWrites: async () => {
      const counted = await sandbox.requests();
      return counted
        .filter((row) => row.user.includes("gungnir-operator") && !row.resource.includes("leases"))
        .filter((row) => ["create", "update", "patch", "delete"].includes(row.verb))
        .map((row) => `${row.count} ${row.verb} ${row.resource}`)
        .toSorted();
    },
    stop: async () => {
      await Promise.all(subjects.map((subject) => subject.forget()));
      await sandbox.stop();
      // Whatever happened here: each decision follows from what was heard, and what was heard is of the world that is searched.
      const { problems } = await conform(createInterface({ input: createReadStream(trace) }));
      await rm(traces, { recursive: true, force: true });
      if (problems.length > 0)
        throw new Error(`the operator's trace does not conform:\n${problems.map(({ message }) => message).join("\n")}`);
    },
  };
};

/** Leaves a test out on an API server of before Kubernetes 1.`minor`, saying what is missing there. */
export const needs = (context: TestContext, { sandbox }: Rig, minor: number, what: string): void => {
  if (sandbox.version.minor < minor) context.skip(`Kubernetes ${sandbox.version.text} has no ${what}, which came with 1.${minor}`);
};

/** One change of an object by an administrator; throws what the server says against it. */
export const change = async (rig: Rig, path: string, body: unknown): Promise<unknown> => {
  const answer = await rig.sandbox.adminClient.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
  if (answer._tag === "Answered" && answer.status < 300) return answer.body;
  throw new Error(`PATCH ${path}: ${messageOf(answer)}`);
};

/** The reasons of a cluster's Events. */
export const eventsOf = async (rig: Rig, { namespace, name }: Subject): Promise<readonly string[]> =>
  listOf(at(await rig.get(pathTo("events", namespace)), "items"))
    .filter((event) => at(event, "involvedObject", "name") === name)
    .map((event) => String(event["reason"]));
