// What core renders for a pod, run as a pod would: its start script, configuration, users and probes, on real processes.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Cluster,
  type Command,
  type Desired,
  OPERATOR_USER,
  commandsOf,
  replicationUser,
  desiredObjects,
  epoch,
  fill,
  outcomeOfAnswers,
  parseSpec,
  podName,
  probeCommands,
  readProbe,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import { afterEach, expect, test } from "vitest";
import { findValkey } from "../src/sandbox/valkey-binary.ts";
import { type Connection, open } from "../src/valkey/connection.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const passwords = { password: "app-secret", "operator-password": "operator-secret", "replication-password": "replication-secret" };
const at = resourceVersion("1");

function clusterOn(port: number, persistent: boolean): Cluster {
  const { spec } = parseSpec({ port, persistence: { enabled: persistent } });
  const asOf = {
    ValkeyCluster: at,
    Pod: at,
    PersistentVolumeClaim: at,
    ConfigMap: at,
    Secret: at,
    Service: at,
    StatefulSet: at,
    PodDisruptionBudget: at,
  };
  const rest = { invalid: [], recordUnreadable: false, pods: [], claims: [], objects: [], annotations: {}, asOf };
  return { namespace: "default", name: "web", uid: uid("u"), version: at, generation: 1, deleting: false, spec, ...rest };
}

const textsOf = (desired: Desired | undefined, field: string): readonly (readonly [string, string])[] =>
  Object.entries(desired?.manifest[field] ?? {}).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );

type Pod = {
  readonly address: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly probe: (name: string) => Promise<{ readonly code: number; readonly output: string }>;
  readonly connection: Connection;
};

/** A folder takes the place of the container's root: the paths in the files are moved into it. */
async function startPod(address: string, port: number, persistent = true): Promise<Pod> {
  const { server, env: libraries } = await findValkey();
  const root = await mkdtemp(join(tmpdir(), "gungnir-pod-"));
  cleanUps.push(() => rm(root, { recursive: true, force: true }));
  const moved = (text: string) => text.replaceAll(/\/(etc\/valkey|run\/valkey-secret|data)\b/g, (path) => join(root, path));
  const objects = desiredObjects(clusterOn(port, persistent));
  const secret = objects.find((one) => one.kind === "Secret");
  const filled = secret === undefined ? undefined : fill(secret, passwords);
  for (const folder of ["etc/valkey", "run/valkey-secret", "data"]) await mkdir(join(root, folder), { recursive: true });
  for (const [name, text] of textsOf(
    objects.find((one) => one.kind === "ConfigMap"),
    "data",
  ))
    await writeFile(join(root, "etc/valkey", name), moved(text));
  for (const [name, text] of textsOf(filled?._tag === "Ok" ? filled.value : undefined, "stringData"))
    await writeFile(join(root, "run/valkey-secret", name), text);
  const env = {
    ...libraries,
    PATH: `${dirname(server)}${delimiter}${process.env["PATH"] ?? ""}`,
    POD_IP: address,
    REDISCLI_AUTH: passwords.password,
  };
  const child = spawn("sh", [join(root, "etc/valkey/start.sh")], { env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  cleanUps.push(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("Ready to accept connections") && resolve());
  });
  const connection = open({
    host: address,
    port,
    credentials: { user: OPERATOR_USER, password: passwords["operator-password"] },
    connectTimeoutMs: 1000,
  });
  cleanUps.push(() => connection.close());
  await connection.ready();
  const probe: Pod["probe"] = (name) =>
    new Promise((resolve) => {
      execFile("sh", [join(root, "etc/valkey", `${name}.sh`)], { env, timeout: 1000 }, (error, stdout) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, output: stdout });
      });
    });
  return { address, port, process: child, probe, connection };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.9.7.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function readingOf(pod: Pod) {
  const reply = readProbe(await pod.connection.send(probeCommands, 1000), { namespace: "default", name: "web" });
  if (reply?._tag !== "Reading") throw new Error(`no reading: ${JSON.stringify(reply)}`);
  return reply.reading;
}

async function perform(pod: Pod, command: Command): Promise<string> {
  const written = commandsOf(command, { namespace: "default", name: "web", replicationPassword: passwords["replication-password"] });
  return outcomeOfAnswers(command, await pod.connection.send(written, 1000))._tag;
}

const identity = (ordinal: number) => ({ pod: podName(`web-${ordinal}`), uid: uid(`u${ordinal}`), runId: runId("r") });

test("a pod starts quarantined, alive and not ready; the operator's user can do all that core can ask for", async () => {
  const port = await freePort();
  const [first, second] = await Promise.all([startPod("127.9.7.1", port), startPod("127.9.7.2", port, false)]);
  expect(await readingOf(first)).toMatchObject({ role: "replica", upstream: { host: "127.0.0.1", port: 1, up: false }, empty: true });
  expect((await first.probe("readiness")).code).toBe(1);
  expect((await first.probe("liveness")).code).toBe(0);

  const on = { epoch: epoch(1) };
  expect(await perform(first, { _tag: "Promote", pod: identity(0), ...on, minReplicas: 0 })).toBe("Done");
  expect(await perform(first, { _tag: "Admit", pod: identity(0), ...on, member: identity(1) })).toBe("Done");
  const follow: Command = { _tag: "Follow", pod: identity(1), ...on, primary: podName("web-0"), host: first.address, port };
  expect(await perform(second, follow)).toBe("Done");
  const marker = { epoch: epoch(1), seq: 1, pod: podName("web-0") };
  expect(await perform(first, { _tag: "Mark", pod: identity(0), ...on, marker })).toBe("Done");
  const linked = async (tries = 0): Promise<Awaited<ReturnType<typeof readingOf>>> => {
    const reading = await readingOf(second);
    if ((reading.upstream?.up === true && reading.marker !== "Absent") || tries > 100) return reading;
    await sleep(50);
    return linked(tries + 1);
  };
  expect(await linked()).toMatchObject({ role: "replica", upstream: { host: first.address, up: true }, marker });
  // The primary knows its replica by the address of the pod, which it would not on a shared loopback by itself.
  // It counts as online with its first acknowledgement, which comes after the replica's own link is up.
  for (let tries = 0; tries < 100 && (await readingOf(first)).downstream[0]?.online !== true; tries++) await sleep(50);
  expect((await readingOf(first)).downstream).toMatchObject([{ host: second.address, online: true }]);
  expect(await first.probe("readiness")).toEqual({ code: 0, output: "" });
  expect(await second.probe("readiness")).toEqual({ code: 0, output: "" });
  expect(await perform(first, { _tag: "Configure", pod: identity(0), ...on, minReplicas: 1 })).toBe("Done");
  expect(await perform(first, { _tag: "Expel", pod: identity(0), ...on, users: [replicationUser(identity(1))] })).toBe("Done");
  expect(await perform(first, { _tag: "Fence", pod: identity(0), ...on })).toBe("Done");
  expect((await readingOf(first)).role).toBe("replica");
});

test("the operator's user sees and touches no key", async () => {
  const pod = await startPod("127.9.7.3", await freePort());
  const answers = await pod.connection.send(
    [
      ["GET", "key"],
      ["SET", "key", "value"],
      ["KEYS", "*"],
      ["EVAL", "return 1", 0],
    ],
    1000,
  );
  for (const answer of answers) expect(answer).toMatchObject({ _tag: "Failed", error: expect.stringContaining("NOPERM") });
});

test("a hung process is not alive; a wrong password does not kill one", async () => {
  const port = await freePort();
  const pod = await startPod("127.9.7.4", port);
  const answers = await pod.connection.send([["ACL", "SETUSER", "default", "resetpass", ">another"]], 1000);
  expect(answers).toMatchObject([{ value: { _tag: "Simple" } }]);
  expect((await pod.probe("liveness")).code).toBe(0);
  expect((await pod.probe("readiness")).code).toBe(1);
  pod.process.kill("SIGSTOP");
  expect((await pod.probe("liveness")).code).toBe(1);
  pod.process.kill("SIGCONT");
});
