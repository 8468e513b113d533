// A cluster under test on any API server, seen from outside: through the API, through the processes themselves, and through clients that
// write and remember what they were promised.
import { check, type Loss, type Verdict } from "../../src/demo/checker.ts";
import { ask, shownValue, type Login, type Target } from "../../src/demo/connection.ts";
import { pollPods, type Polling } from "../../src/demo/polling.ts";
import { textIn } from "../../src/demo/record.ts";
import { unsettledOf } from "../../src/demo/settled.ts";
import { watchCluster, type Watching } from "../../src/demo/watching.ts";
import { startWorkload, type Workload } from "../../src/demo/workload.ts";
import type { ApiClient } from "../../src/kubernetes/client.ts";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import type { Resource } from "../../src/sandbox/clients/resource.ts";
import { at, listOf, type LogLine } from "./reading.ts";
import { LOOK_MS, PATIENCE_MS, poll, until } from "./waiting.ts";

export type ClusterOptions = {
  readonly namespace?: string;
  readonly name: string;
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** Where a cluster under test is made. */
export type Ground = {
  readonly client: ApiClient;
  readonly api: Api;
  /** The operator's lines, of any cluster. */
  readonly log: readonly LogLine[];
  /** How often each process is asked who it is. */
  readonly lookMs?: number;
  /** How long anything may take before the test has failed. */
  readonly patienceMs?: number;
};

/** Clients that write, and what each does between two writes. */
export type Crowd = { readonly plainClients: number; readonly waitClients: number; readonly pauseMs?: number };

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
  /** A command to one pod's process, answered as text. */
  readonly valkey: (pod: string, ...command: readonly [string, ...string[]]) => Promise<string>;
  /** Clients that write through the write Service. */
  readonly write: (clients?: Crowd) => Promise<Workload>;
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

export const createSubject = async (
  { client, api, log, lookMs = LOOK_MS, patienceMs = PATIENCE_MS }: Ground,
  { namespace = "default", name, spec = {} }: ClusterOptions,
): Promise<Subject> => {
  const collection = pathTo("valkey.verilean.io/v1/valkeyclusters", namespace);
  const whole = { replicas: 3, persistence: { enabled: false }, sentinel: quick, ...spec };
  const object = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name, namespace }, spec: whole };
  const created = await api.create<Resource>(collection, object);
  if (created._tag !== "Done") throw new Error(created.message);

  const path = `${collection}/${name}`;
  const port = 6379;
  const watching = watchCluster(client, namespace, name);
  let known: Login | undefined;
  const reading = new AbortController();
  const login = async (): Promise<Login> => {
    known ??= await until(`the Secret of ${name}`, () => readLogin(client, namespace, name));
    return known;
  };
  void poll(() => readLogin(client, namespace, name), reading.signal).then((found) => (known ??= found));
  const polling = pollPods(watching.pods, port, () => known, lookMs);
  const target = async (pod: string): Promise<Target> => {
    const host = watching.pods().find((each) => each.name === pod)?.address;
    if (host === undefined) throw new Error(`${pod} has no address`);
    return { host, port, login: await login() };
  };
  const unsettled = (replicas = whole.replicas, phase = "Running", sameOffsets = false): readonly string[] => [
    ...(known === undefined ? ["the password is not there yet"] : []),
    ...(watching.phase() === phase ? [] : [`the phase is ${watching.phase()}`]),
    ...unsettledOf({ record: watching.record(), routedTo: watching.routedTo(), pods: placed(polling.states()), replicas, sameOffsets }),
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
        patienceMs,
      );
    },
    valkey: async (pod, ...command) => {
      const outcome = await ask(await target(pod), command, 2_000);
      if (outcome._tag === "Answered") return shownValue(outcome.value);
      throw new Error(`${pod} ${command.join(" ")}: ${outcome._tag === "Refused" ? outcome.message : outcome.reason}`);
    },
    write: async (clients = { plainClients: 1, waitClients: 3 }) => {
      const host = watching.serviceAddress();
      if (host === undefined) throw new Error(`${name}-client has no address`);
      return startWorkload({ host, port, login: await login() }, { pauseMs: 2, ...clients });
    },
    reckon: async (workload, replicas, phase) => {
      await workload.stop();
      const missing = (): readonly string[] => unsettled(replicas, phase, true);
      await until(
        `${name} has one data set on all pods`,
        () => missing().length === 0,
        () => missing().join("; "),
        patienceMs,
      );
      const pods = await Promise.all(placed(watching.pods()).map(async ({ name: pod }) => ({ name: pod, target: await target(pod) })));
      const verdict = await check(workload.ledger.entries, pods);
      return { verdict, lostWaits: verdict.losses.filter((loss) => loss.kind === "wait") };
    },
    condition: async (type) => {
      const answer = await client.request({ method: "GET", path });
      const found = answer._tag === "Answered" ? listOf(at(answer.body, "status", "conditions")) : [];
      return found.find((each) => each["type"] === type) ?? {};
    },
    forget: async () => {
      reading.abort();
      await Promise.all([polling.stop(), watching.stop()]);
    },
  };
};

/** A pod that no node has taken has no process to ask, and is none of the pods that are counted. */
const placed = <Pod extends { readonly address: string | undefined }>(pods: readonly Pod[]): readonly Pod[] =>
  pods.filter(({ address }) => address !== undefined);

/** What the operator did about a cluster, a line each, for whoever has to find out why a scenario failed. */
const lastWords = (log: readonly LogLine[], cluster: string): string =>
  log
    .filter((line) => line["cluster"] === cluster)
    .slice(-LAST_LINES)
    .map((line) => `\n  ${JSON.stringify({ ...line, cluster: undefined })}`)
    .join("");
const LAST_LINES = 40;

const readLogin = async (client: ApiClient, namespace: string, name: string): Promise<Login | undefined> => {
  const answer = await client.request({ method: "GET", path: pathTo("secrets", namespace, `${name}-secret`) });
  const password = answer._tag === "Answered" ? textIn(answer.body, "data", "password") : undefined;
  return password === undefined ? undefined : { user: "default", password: Buffer.from(password, "base64").toString() };
};
