// One scenario's stage: a namespace of its own, the clusters in it, the faults that stand (all ended with the scenario, whatever happens),
// and the figures it leaves.
import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess, messageOf } from "../../src/kubernetes/answer.ts";
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf, type LogLine } from "../scenarios/reading.ts";
import { createSubject, type Subject } from "../scenarios/subject.ts";
import { until } from "../scenarios/waiting.ts";
import type { Backend, Place, Undo } from "./backend.ts";

/** What is shown of a scenario: milliseconds, counts, or words. */
export type Figures = Readonly<Record<string, number | string>>;

export type Stage = {
  readonly backend: Backend;
  readonly namespace: string;
  /** Of the operator about this scenario's clusters, from its beginning. */
  readonly log: () => readonly LogLine[];
  readonly create: (name: string, spec?: Readonly<Record<string, unknown>>, namespace?: string) => Promise<Subject>;
  readonly place: (subject: Subject, pod: string) => Place;
  /** Keeps a fault to be ended with the scenario, if it is not ended before. */
  readonly keep: (undo: Undo) => Undo;
  /** A word to whoever waits for a long scenario. */
  readonly say: (line: string) => void;
  /** How long a scenario takes that takes as long as it is told. */
  readonly minutes: number;
  readonly get: (path: string) => Promise<unknown>;
  readonly change: (path: string, body: unknown) => Promise<void>;
  readonly figure: (name: string, value: number | string) => void;
  readonly figures: () => Figures;
  /** What of the history is kept beside the figures. */
  readonly history: unknown[];
  readonly close: (isKept: boolean) => Promise<void>;
};

/** A minute for what takes seconds; and that kubelet may take as long again to remove a pod whose container had restarted. */
const PATIENCE_MS = 150_000;
const LOOK_MS = 20;

export const openStage = async (
  backend: Backend,
  scenario: string,
  { minutes, say }: { readonly minutes: number; readonly say: (line: string) => void },
): Promise<Stage> => {
  const { api, client, operator } = backend;
  // Of its own each time: the one before may still be on its way out.
  const namespace = `e2e-${scenario}-${Date.now().toString(36).slice(-5)}`;
  const namespaces = new Set<string>();
  const subjects: Subject[] = [];
  const undos: Undo[] = [];
  const figures: Record<string, number | string> = {};
  const history: unknown[] = [];
  const from = operator.log.length;
  const addNamespace = async (name: string): Promise<void> => {
    if (namespaces.has(name)) return;
    namespaces.add(name);
    const made = await api.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    if (made._tag !== "Done") throw new Error(made.message);
  };
  const get = async (path: string): Promise<unknown> => {
    const answer = await client.request({ method: "GET", path });
    return isSuccess(answer) ? answer.body : undefined;
  };
  await addNamespace(namespace);
  return {
    backend,
    namespace,
    log: () => operator.log.slice(from).filter((line) => [...namespaces].some((name) => String(line["cluster"]).startsWith(`${name}/`))),
    create: async (name, spec = {}, within = namespace) => {
      await addNamespace(within);
      const image = backend.image === undefined ? {} : { image: backend.image };
      const whole = { sentinel: {}, persistence: { enabled: true }, ...image, ...spec };
      const ground = { client, api, log: operator.log, lookMs: LOOK_MS, patienceMs: PATIENCE_MS };
      const subject = await createSubject(ground, { namespace: within, name, spec: whole });
      subjects.push(subject);
      return subject;
    },
    place: (subject, pod) => ({ namespace: subject.namespace, pod }),
    keep: (undo) => {
      undos.push(undo);
      return undo;
    },
    say,
    minutes,
    get,
    change: async (path, body) => {
      const answer = await client.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
      if (!isSuccess(answer)) throw new Error(`PATCH ${path}: ${messageOf(answer)}`);
    },
    figure: (name, value) => void (figures[name] = typeof value === "number" ? Math.round(value) : value),
    figures: () => figures,
    history,
    close: async (isKept) => {
      for (const undo of undos.toReversed()) await undo();
      for (const subject of subjects) history.push({ cluster: `${subject.namespace}/${subject.name}`, records: subject.watching.records });
      await Promise.all(subjects.map((subject) => subject.forget()));
      if (isKept) return;
      for (const name of namespaces) await removeNamespace(backend, name, get);
    },
  };
};

/** The clusters first, so that the operator does not make anew what the namespace's end takes away; then all of it, pods without grace. */
const removeNamespace = async ({ api }: Backend, name: string, get: Stage["get"]): Promise<void> => {
  const clusters = pathTo("valkey.verilean.io/v1/valkeyclusters", name);
  for (const cluster of listOf(at(await get(clusters), "items")))
    await api.remove(`${clusters}/${String(at(cluster, "metadata", "name"))}`);
  await sleep(500);
  for (const pod of listOf(at(await get(pathTo("pods", name)), "items")))
    await api.remove(pathTo("pods", name, String(at(pod, "metadata", "name"))), { graceSeconds: 0 });
  await api.remove(`/api/v1/namespaces/${name}`);
};

/** Throws, in the scenario's own words, where something does not hold. */
export const demand = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

/** Waits long enough for a real cluster. */
export const eventually = <A>(what: string, look: () => A | Promise<A>, instead: () => string = () => ""): Promise<NonNullable<A>> =>
  until(what, look, instead, PATIENCE_MS);
