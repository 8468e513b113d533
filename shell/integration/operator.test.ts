// The operator as a user has it: its own process, an API server, real Valkey processes, and what may befall them. One
// sandbox for all scenarios, in the order in which a bad day brings them.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isRecord } from "../src/kubernetes/answer.ts";
import { startSandbox, type Sandbox } from "../src/sandbox/main.ts";

// Short, so that a takeover fits into a test; D is as short as the schema allows to be sensible.
const LEASE = ["--lease-duration-ms=3000", "--lease-renew-deadline-ms=2000", "--lease-retry-ms=300", "--listen=127.0.0.1:0"];
const WEB = "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters/web";

let sandbox: Sandbox;
const operators = new Map<string, Awaited<ReturnType<Sandbox["startOperator"]>>>();

beforeAll(async () => {
  sandbox = await startSandbox({ operator: false, restartBackOffMs: 500 });
}, 60_000);
afterAll(async () => {
  for (const running of operators.values()) await running.stop();
  await sandbox.stop();
}, 60_000);

async function operator(name: string): Promise<void> {
  operators.set(name, await sandbox.startOperator({ name, args: LEASE }));
}
const logOf = (name: string): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(`${sandbox.folder}/logs/${name}.log`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

async function get(path: string): Promise<unknown> {
  const answer = await sandbox.adminClient.request({ method: "GET", path });
  return answer._tag === "Answered" && answer.status === 200 ? answer.body : undefined;
}
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((here, key) => (isRecord(here) ? here[key] : undefined), value);
}
type Seen = {
  readonly phase: unknown;
  readonly primary: string;
  readonly epoch: number;
  readonly isStable: boolean;
  readonly streaming: number;
  readonly selected: unknown;
};
async function look(): Promise<Seen> {
  const web = await get(WEB);
  const members = at(web, "status", "failover", "members");
  const service = await get("/api/v1/namespaces/default/services/web-client");
  return {
    phase: at(web, "status", "phase"),
    primary: String(at(web, "status", "failover", "primary", "pod")),
    epoch: Number(at(web, "status", "failover", "epoch") ?? 0),
    isStable: at(web, "status", "failover", "intent") === undefined,
    streaming: Array.isArray(members) ? members.filter((member) => at(member, "state") === "Streaming").length : 0,
    selected: at(service, "spec", "selector", "statefulset.kubernetes.io/pod-name"),
  };
}
async function until(what: string, holds: (seen: Seen) => boolean, withinMs = 20_000): Promise<Seen> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms, but ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const isWhole = (seen: Seen): boolean =>
  seen.isStable && seen.phase === "Running" && seen.streaming === 2 && seen.selected === seen.primary;
const kill = (pod: string, signal: NodeJS.Signals): void => {
  const pid = sandbox.processOf({ pod });
  if (pid === undefined) throw new Error(`${pod} has no process`);
  process.kill(pid, signal);
};
async function operatorWrites(): Promise<number> {
  const counted = await sandbox.requests();
  return counted
    .filter(({ user, resource }) => user.includes("gungnir-operator") && !resource.includes("leases"))
    .filter(({ verb }) => ["create", "update", "patch", "delete"].includes(verb))
    .reduce((sum, { count }) => sum + count, 0);
}

test("a new cluster: one primary, its replicas streaming, writes routed to it", async () => {
  await operator("first");
  const created = await sandbox.adminClient.request({
    method: "POST",
    path: "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters",
    body: {
      apiVersion: "valkey.verilean.io/v1",
      kind: "ValkeyCluster",
      metadata: { name: "web", namespace: "default" },
      spec: { replicas: 3, sentinel: { pingIntervalMs: 200, downAfterMs: 1000 } },
    },
  });
  expect(created).toMatchObject({ _tag: "Answered", status: 201 });
  expect(await until("bootstrap", isWhole)).toMatchObject({ primary: "web-0", epoch: 1 });
}, 40_000);

test("a settled cluster costs no API write but the Lease", async () => {
  // What the start left to tell (readiness, the last offsets) is told within a few seconds; then there is silence.
  const began = performance.now();
  let quietSince = began;
  for (
    let before = await operatorWrites();
    performance.now() - quietSince < 5000;
    await new Promise((resolve) => setTimeout(resolve, 250))
  ) {
    const now = await operatorWrites();
    if (now !== before) quietSince = performance.now();
    before = now;
    expect(quietSince - began, `${now} writes and counting`).toBeLessThan(15_000);
  }
}, 40_000);

test("a killed primary: the epoch after has another one, without waiting for silence", async () => {
  const before = await look();
  kill(before.primary, "SIGKILL");
  const fault = performance.now();
  const seen = await until(
    "failover",
    ({ epoch, selected }) => epoch === before.epoch + 1 && selected !== "nobody" && selected !== before.primary,
  );
  expect(performance.now() - fault).toBeLessThan(3000);
  expect(seen.primary).not.toBe(before.primary);
  expect(await until("whole again", isWhole)).toMatchObject({ epoch: before.epoch + 1 });
  const history = at(await get(WEB), "status", "history");
  const told: unknown = Array.isArray(history) ? history.at(-1) : undefined;
  expect(told).toMatchObject({ epoch: before.epoch + 1, kind: "Failover", cause: "Dead", from: before.primary, outcome: "Completed" });
  const times = ["decided", "promoted", "published", "routed"].map((moment) => Date.parse(String(at(told, "times", moment))));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect((times.at(-1) ?? Number.NaN) - (times[0] ?? 0)).toBeLessThan(3000);
}, 40_000);

test("a hung primary is replaced, and when it wakes it follows", async () => {
  const before = await look();
  kill(before.primary, "SIGSTOP");
  const seen = await until(
    "failover",
    ({ epoch, selected }) => epoch > before.epoch && selected !== "nobody" && selected !== before.primary,
  );
  kill(before.primary, "SIGCONT");
  expect(await until("whole again", isWhole)).toMatchObject({ epoch: before.epoch + 1, primary: seen.primary });
}, 40_000);

test("a second operator stands by; the first one ends, gives the Lease back and exits with 0", async () => {
  await operator("second");
  const first = operators.get("first");
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(logOf("second").some((line) => line["message"] === "leading")).toBe(false);
  const began = performance.now();
  await first?.stop();
  expect(await first?.exited).toMatch(/exit code 0/);
  while (!logOf("second").some((line) => line["message"] === "leading")) {
    expect(performance.now() - began).toBeLessThan(2500);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}, 40_000);

test("an operator that dies with its Lease is replaced, and the next one fails over", async () => {
  await operator("third");
  const second = operators.get("second");
  if (second === undefined) throw new Error("no second operator");
  const before = await look();
  process.kill(second.pid, "SIGKILL");
  kill(before.primary, "SIGKILL");
  expect(await until("failover by the successor", (seen) => isWhole(seen) && seen.epoch > before.epoch)).toMatchObject({
    epoch: before.epoch + 1,
  });
  expect(logOf("third").some((line) => line["message"] === "leading")).toBe(true);
}, 40_000);

test("an API server that hangs for a while: recovery by itself, and nobody was promoted meanwhile", async () => {
  const before = await look();
  const { apiServer } = sandbox.pids();
  process.kill(apiServer, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 4000));
  process.kill(apiServer, "SIGCONT");
  await until("still whole", isWhole);
  kill(before.primary, "SIGKILL");
  expect(await until("a failover afterwards", (seen) => isWhole(seen) && seen.epoch > before.epoch)).toMatchObject({
    epoch: before.epoch + 1,
  });
}, 60_000);

test("a deleted cluster is forgotten, and one of the same name is a new one", async () => {
  await sandbox.adminClient.request({ method: "DELETE", path: WEB });
  const deadline = performance.now() + 20_000;
  while ((await get("/api/v1/namespaces/default/pods/web-0")) !== undefined || (await get(WEB)) !== undefined) {
    expect(performance.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(logOf("third").filter((line) => line["level"] === "error")).toEqual([]);
}, 40_000);
