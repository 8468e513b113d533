// SH-3, SH-4, LV-12: several clusters served by one operator, in its own process here, against a real API server: what befalls the
// work for one of them is nothing to the others, and at the end nothing is left half done. There are no nodes, so that a cluster is as
// far as it can be when its objects are there.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "./config.ts";
import { type Answer, unanswered } from "./kubernetes/answer.ts";
import type { Request } from "./kubernetes/client.ts";
import { Leader } from "./leader.ts";
import { Operator } from "./operator.ts";
import { objectOf } from "./sandbox/apiserver/json.ts";
import { writeKubeconfig } from "./sandbox/apiserver/kubeconfig.ts";
import { startTrial, type Trial } from "./sandbox/apiserver/trial.ts";
import { Api, Settings, Story, Telemetry } from "./services.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const CLUSTERS = "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters";
const definition = objectOf(parse(readFileSync(join(import.meta.dirname, "../../crds/valkeyclusters.yaml"), "utf8")));

type Faults = {
  /** Is called before a request is sent on, which waits for it; with an answer the request is not sent. */
  readonly beforeRequest?: (request: Request) => Promise<Answer | undefined>;
  readonly afterRequest?: (request: Request, answer: Answer) => void;
  /** Is called in the turn of a cluster, and may throw there. */
  readonly inTurn?: (cluster: string) => void;
};

/** An API server, and an operator of its own with faults in it. */
const operating = async (faults: Faults) => {
  const api = await startTrial();
  cleanUps.push(() => api.close());
  expect((await api.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition })).code).toBe(201);
  const folder = mkdtempSync(join(tmpdir(), "gungnir-operator-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, "kubeconfig");
  const { server, authority, adminToken: token } = api.server;
  writeKubeconfig(kubeconfig, { server, authority, token, user: "kubernetes-admin" });
  const parsed = parseConfig([`--kubeconfig=${kubeconfig}`, "--lease-namespace=default", "--log-level=error"], {});
  if (parsed._tag !== "Configured") throw new Error(JSON.stringify(parsed));

  const errors: (string | undefined)[] = [];
  const settings = Layer.succeed(Settings, Settings.of({ ...parsed.config, self: "operator-1" }));
  const telemetry = Layer.effect(
    Telemetry,
    Effect.map(Telemetry, (real) =>
      Telemetry.of({
        ...real,
        log: (level, message, fields) => void (level === "error" && errors.push(`${message}: ${String(fields?.["cluster"])}`)),
        trace: ({ cluster }) => faults.inTurn?.(cluster),
      }),
    ),
  ).pipe(Layer.provide(Telemetry.layer));
  const client = Layer.effect(
    Api,
    Effect.map(Api, (real) =>
      Api.of({
        ...real,
        request: async (request) => {
          const answer = (await faults.beforeRequest?.(request)) ?? (await real.request(request));
          faults.afterRequest?.(request, answer);
          return answer;
        },
      }),
    ),
  ).pipe(Layer.provide(Api.layer));
  const base = Layer.provideMerge(telemetry, settings);
  const told = Layer.provideMerge(Story.layer, Layer.provideMerge(client, base));
  const runtime = ManagedRuntime.make(Layer.provideMerge(Operator.layer, Layer.provideMerge(Leader.layer, told)));
  cleanUps.push(() => runtime.dispose());
  await runtime.runPromise(Effect.void);
  return { api, errors, end: () => runtime.dispose() };
};

const make = async (api: Trial, name: string): Promise<void> => {
  const body = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name }, spec: {} };
  expect((await api.ask("POST", CLUSTERS, { body })).code).toBe(201);
};
const scale = async (api: Trial, name: string, replicas: number): Promise<void> => {
  const type = "application/merge-patch+json";
  expect((await api.ask("PATCH", `${CLUSTERS}/${name}`, { type, body: { spec: { replicas } } })).code).toBe(200);
};
/** As many pods as its StatefulSet wants; undefined before there is one. */
const wanted = async (api: Trial, name: string): Promise<unknown> => {
  const { code, body } = await api.ask("GET", `/apis/apps/v1/namespaces/default/statefulsets/${name}`);
  return code === 200 ? objectOf(body["spec"])["replicas"] : undefined;
};
const within = (milliseconds: number) => ({ timeout: milliseconds, interval: 20 });

const isLease = ({ path }: Request): boolean => path.includes("/leases");
const isWriteFor = ({ method, path }: Request, name: string): boolean => method !== "GET" && path.includes(`/${name}`);
/** What is created has its name in its body, not in its path. */
const isCreationFor = ({ method, body }: Request, name: string): boolean =>
  method === "POST" && JSON.stringify(body ?? {}).includes(`"name":"${name}`);

// Seen to fail: a fiber that ends with the exception (D-44).
test(
  "SH-3 an exception in the turn of one cluster is told, stops no other one, and that one is served again",
  { timeout: 30_000 },
  async () => {
    let left = 2;
    const { api, errors } = await operating({
      inTurn: (cluster) => {
        if (cluster !== "default/broken" || left === 0) return;
        left -= 1;
        throw new Error("thrown in the turn of one cluster");
      },
    });
    await make(api, "web");
    await expect.poll(() => wanted(api, "web"), within(10_000)).toBe(3);
    await make(api, "broken");
    await expect.poll(() => errors, within(10_000)).toContain("a cluster's fiber ended and starts again: default/broken");
    await scale(api, "web", 4);
    await expect.poll(() => wanted(api, "web"), within(5_000)).toBe(4);
    await expect.poll(() => wanted(api, "broken"), within(10_000)).toBe(3);
    expect(errors).toEqual(Array.from({ length: 2 }, () => "a cluster's fiber ended and starts again: default/broken"));
  },
);

// Seen to fail: one line of effects for all clusters (D-39).
test("LV-12 a cluster whose writes hang keeps no other one waiting, again and again", { timeout: 60_000 }, async () => {
  let hanging = 0;
  const { api } = await operating({
    beforeRequest: async (request) => {
      if (!isWriteFor(request, "hung") && !isCreationFor(request, "hung")) return undefined;
      hanging += 1;
      await new Promise((resolve) => void setTimeout(resolve, request.timeoutMs));
      hanging -= 1;
      return unanswered("Timeout", "it hangs");
    },
  });
  await make(api, "web");
  await expect.poll(() => wanted(api, "web"), within(10_000)).toBe(3);
  await make(api, "hung");
  for (const replicas of [4, 5, 6]) {
    await expect.poll(() => hanging, within(15_000)).toBeGreaterThan(0);
    await scale(api, "web", replicas);
    await expect.poll(() => wanted(api, "web"), within(3_000)).toBe(replicas);
  }
  expect(await wanted(api, "hung")).toBeUndefined();
});

// Seen to fail: what is under way is not waited for.
test(
  "SH-4 an operator that ends begins nothing more, waits for what it began, and only then gives the Lease back",
  { timeout: 30_000 },
  async () => {
    const story: string[] = [];
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { api, end } = await operating({
      beforeRequest: async (request) => {
        if (request.method === "GET" || isLease(request)) return undefined;
        story.push("a write begins");
        await held;
        return undefined;
      },
      afterRequest: (request) => {
        if (isLease(request) && JSON.stringify(request.body ?? {}).includes('"holderIdentity":""')) story.push("the Lease is given back");
        else if (request.method !== "GET" && !isLease(request)) story.push("a write ends");
      },
    });
    await make(api, "web");
    await expect.poll(() => story, within(10_000)).toContain("a write begins");
    const begun = story.length;
    const ended = end();
    // Time enough for whoever does not wait.
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(story).toHaveLength(begun);
    letGo();
    await ended;
    expect(story.slice(begun)).toEqual([...Array.from({ length: begun }, () => "a write ends"), "the Lease is given back"]);
  },
);
