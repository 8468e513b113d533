// What the scenarios stand on: one sandbox with the operator as a process of its own, and clusters in it, each seen from outside
// through the API, through the processes themselves, and through clients that write and remember what they were promised.
// Times to wait are generous, since machines are noisy; nothing here is a measurement.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { conform } from "@gungnir/properties";
import type { TestContext } from "vitest";
import { check, type Loss, type Verdict } from "../../src/demo/checker.ts";
import { ask, shownValue, type Login, type Target } from "../../src/demo/connection.ts";
import { pollPods, type Polling } from "../../src/demo/polling.ts";
import { textIn } from "../../src/demo/record.ts";
import { unsettledOf } from "../../src/demo/settled.ts";
import { watchCluster, type Watching } from "../../src/demo/watching.ts";
import { startWorkload, type Workload } from "../../src/demo/workload.ts";
import { isRecord, messageOf } from "../../src/kubernetes/answer.ts";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import type { Resource } from "../../src/sandbox/clients/resource.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/main.ts";

/** `npm run scenarios` asks more of the same scenarios than `npm test`, which has only minutes. */
export const isLong = process.env["GUNGNIR_SCENARIOS"] === "long";

/** Far longer than anything here takes; a scenario that needs it has failed. */
export const PATIENCE_MS = 60_000;

/** Often enough for people, and many clusters at once still leave the machine to those who are looked at. */
const LOOK_MS = 50;

export type LogLine = Readonly<Record<string, unknown>>;

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

export type ClusterOptions = {
  readonly namespace?: string;
  readonly name: string;
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** A cluster under test. */
export type Subject = {
  readonly namespace: string;
  readonly name: string;
  /** Of the ValkeyCluster. */
  readonly path: string;
  readonly watching: Watching;
  readonly polling: Polling;
  /** The recorded primary's pod. */
  readonly primary: () => string;
  readonly epoch: () => number;
  readonly login: () => Promise<Login>;
  /** What still differs from a settled cluster of so many pods, in words. */
  readonly unsettled: (replicas?: number, phase?: string) => readonly string[];
  readonly whole: (replicas?: number, phase?: string) => Promise<void>;
  readonly kill: (pod: string, signal: NodeJS.Signals) => void;
  /** A command to one pod's process, answered as text. */
  readonly valkey: (pod: string, ...command: readonly [string, ...string[]]) => Promise<string>;
  /** Clients that write through the write Service. */
  readonly write: (clients?: { readonly plainClients: number; readonly waitClients: number }) => Promise<Workload>;
  /** Ends the clients, waits until all pods hold the same, and looks up every write on every pod. */
  readonly reckon: (
    workload: Workload,
    replicas?: number,
    phase?: string,
  ) => Promise<{ readonly verdict: Verdict; readonly lostWaits: readonly Loss[] }>;
  readonly condition: (type: string) => Promise<LogLine>;
  readonly forget: () => Promise<void>;
};

/** A short D, so that silence costs a test a second; in memory nothing is slower than it has to be. */
export const quick = { pingIntervalMs: 200, downAfterMs: 1000 } as const;

export const openRig = async (options: SandboxOptions = {}): Promise<Rig> => {
  const log: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const operatorLine = (line: string): void => {
    const parsed = line.startsWith("{") ? parse(line) : undefined;
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
  const subjects: Subject[] = [];
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
      const subject = await createSubject(sandbox, log, cluster);
      subjects.push(subject);
      return subject;
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

const createSubject = async (
  sandbox: Sandbox,
  log: readonly LogLine[],
  { namespace = "default", name, spec = {} }: ClusterOptions,
): Promise<Subject> => {
  const collection = pathTo("valkey.verilean.io/v1/valkeyclusters", namespace);
  const whole = { replicas: 3, persistence: { enabled: false }, sentinel: quick, ...spec };
  const object = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name, namespace }, spec: whole };
  const created = await sandbox.api.create<Resource>(collection, object);
  if (created._tag !== "Done") throw new Error(created.message);

  const path = `${collection}/${name}`;
  const port = 6379;
  const watching = watchCluster(sandbox.adminClient, namespace, name);
  let known: Login | undefined;
  const reading = new AbortController();
  const login = async (): Promise<Login> => {
    known ??= await until(`the Secret of ${name}`, () => readLogin(sandbox, namespace, name));
    return known;
  };
  void poll(() => readLogin(sandbox, namespace, name), reading.signal).then((found) => (known ??= found));
  const polling = pollPods(watching.pods, port, () => known, LOOK_MS);
  const target = async (pod: string): Promise<Target> => {
    const host = watching.pods().find((each) => each.name === pod)?.address;
    if (host === undefined) throw new Error(`${pod} has no address`);
    return { host, port, login: await login() };
  };
  const unsettled = (replicas = whole.replicas, phase = "Running", sameOffsets = false): readonly string[] => [
    ...(known === undefined ? ["the password is not there yet"] : []),
    ...(watching.phase() === phase ? [] : [`the phase is ${watching.phase()}`]),
    ...unsettledOf({ record: watching.record(), routedTo: watching.routedTo(), pods: polling.states(), replicas, sameOffsets }),
  ];
  return {
    namespace,
    name,
    path,
    watching,
    polling,
    primary: () => watching.record()?.primary?.pod ?? "nobody",
    epoch: () => watching.record()?.epoch ?? 0,
    login,
    unsettled,
    whole: async (replicas, phase) => {
      const missing = (): readonly string[] => unsettled(replicas, phase);
      await until(
        `${namespace}/${name} is settled`,
        () => missing().length === 0,
        () => `${missing().join("; ")}. The operator's last words of it:${lastWords(log, `${namespace}/${name}`)}`,
      );
    },
    kill: (pod, signal) => {
      const pid = sandbox.processOf({ namespace, pod });
      if (pid === undefined) throw new Error(`${pod} has no process`);
      process.kill(pid, signal);
    },
    valkey: async (pod, ...command) => {
      const outcome = await ask(await target(pod), command, 2_000);
      if (outcome._tag === "Answered") return shownValue(outcome.value);
      throw new Error(`${pod} ${command.join(" ")}: ${outcome._tag === "Refused" ? outcome.message : outcome.reason}`);
    },
    write: async (clients = { plainClients: 1, waitClients: 3 }) => {
      const host = watching.serviceAddress();
      if (host === undefined) throw new Error(`${name}-client has no address`);
      return startWorkload({ host, port, login: await login() }, { ...clients, pauseMs: 2 });
    },
    reckon: async (workload, replicas, phase) => {
      await workload.stop();
      const missing = (): readonly string[] => unsettled(replicas, phase, true);
      await until(
        `${name} has one data set on all pods`,
        () => missing().length === 0,
        () => missing().join("; "),
      );
      const pods = await Promise.all(watching.pods().map(async (pod) => ({ name: pod.name, target: await target(pod.name) })));
      const verdict = await check(workload.ledger.entries, pods);
      return { verdict, lostWaits: verdict.losses.filter((loss) => loss.kind === "wait") };
    },
    condition: async (type) => {
      const answer = await sandbox.adminClient.request({ method: "GET", path });
      const found = answer._tag === "Answered" ? listOf(at(answer.body, "status", "conditions")) : [];
      return found.find((each) => each["type"] === type) ?? {};
    },
    forget: async () => {
      reading.abort();
      await Promise.all([polling.stop(), watching.stop()]);
    },
  };
};

/** Asks again and again until there is an answer; throws with what was there instead. */
export const until = async <A>(
  what: string,
  look: () => A | Promise<A>,
  instead: () => string = () => "",
  withinMs = PATIENCE_MS,
): Promise<NonNullable<A>> => {
  const found = await poll(look, AbortSignal.timeout(withinMs));
  if (found === undefined) throw new Error(`${what}: not within ${withinMs / 1000} s; ${instead()}`);
  return found;
};

const poll = async <A>(look: () => A | Promise<A>, signal: AbortSignal): Promise<NonNullable<A> | undefined> => {
  while (!signal.aborted) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    await sleep(LOOK_MS);
  }
  return undefined;
};

/** What the operator did about a cluster, a line each, for whoever has to find out why a scenario failed. */
const lastWords = (log: readonly LogLine[], cluster: string): string =>
  log
    .filter((line) => line["cluster"] === cluster)
    .slice(-LAST_LINES)
    .map((line) => `\n  ${JSON.stringify({ ...line, cluster: undefined })}`)
    .join("");
const LAST_LINES = 40;

const readLogin = async (sandbox: Sandbox, namespace: string, name: string): Promise<Login | undefined> => {
  const answer = await sandbox.adminClient.request({ method: "GET", path: pathTo("secrets", namespace, `${name}-secret`) });
  const password = answer._tag === "Answered" ? textIn(answer.body, "data", "password") : undefined;
  return password === undefined ? undefined : { user: "default", password: Buffer.from(password, "base64").toString() };
};

/** Leaves a test out on an API server of before Kubernetes 1.`minor`, saying what is missing there. */
export const needs = (context: TestContext, { sandbox }: Rig, minor: number, what: string): void => {
  if (sandbox.version.minor < minor) context.skip(`Kubernetes ${sandbox.version.text} has no ${what}, which came with 1.${minor}`);
};

/** What lies at a path of fields. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((here, key) => (isRecord(here) ? here[key] : undefined), value);

export const listOf = (value: unknown): readonly LogLine[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** One change of an object by an administrator; throws what the server says against it. */
export const change = async (rig: Rig, path: string, body: unknown): Promise<unknown> => {
  const answer = await rig.sandbox.adminClient.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
  if (answer._tag === "Answered" && answer.status < 300) return answer.body;
  throw new Error(`PATCH ${path}: ${messageOf(answer)}`);
};

const parse = (line: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The reasons of a cluster's Events. */
export const eventsOf = async (rig: Rig, { namespace, name }: Subject): Promise<readonly string[]> =>
  listOf(at(await rig.get(pathTo("events", namespace)), "items"))
    .filter((event) => at(event, "involvedObject", "name") === name)
    .map((event) => String(event["reason"]));
