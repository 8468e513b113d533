import { afterEach, expect, test } from "vitest";
import { epoch, instant, markCommand, podName } from "@gungnir/core";
import type { Command } from "@gungnir/core/resp3";
import { open } from "./connection.ts";
import { link, type Link } from "./link.ts";
import { probe, type Heard } from "./probe.ts";
import { startValkey, type Started } from "./testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const ours = { namespace: "default", name: "web" };
const clock = () => instant(performance.timeOrigin + performance.now());

async function started(...args: readonly string[]): Promise<Started> {
  const process = await startValkey(args);
  cleanUps.push(process.stop);
  return process;
}
function linked(port: number, credentials?: { user: string; password: string }): Link {
  const made = link({ host: "127.0.0.1", port, credentials, connectTimeoutMs: 500 });
  cleanUps.push(() => made.close());
  return made;
}
async function ask(to: Link, timeoutMs = 1000): Promise<Heard> {
  const probed = await probe(to, ours, timeoutMs, clock);
  expect(probed.ended).toBeGreaterThanOrEqual(probed.began);
  return probed.heard;
}
async function command(port: number, ...commands: readonly Command[]): Promise<void> {
  const connection = open({ host: "127.0.0.1", port, credentials: undefined, connectTimeoutMs: 500 });
  await connection.ready();
  for (const outcome of await connection.send(commands, 1000)) expect(outcome._tag).toBe("Replied");
  connection.close();
}
async function eventually(to: Link, wanted: (heard: Heard) => boolean): Promise<Heard> {
  for (;;) {
    const heard = await ask(to);
    if (wanted(heard)) return heard;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a primary and its replica say who they are, where they stand and whose they are", async () => {
  const primary = await started(
    "--min-replicas-to-write",
    "0",
    "--user",
    "repl-web-1",
    "on",
    "nopass",
    "+psync",
    "--repl-diskless-sync-delay",
    "0",
  );
  const replica = await started("--replicaof", "127.0.0.1", String(primary.port));
  const toReplica = linked(replica.port);
  await eventually(
    toReplica,
    (heard) => heard._tag === "Replied" && heard.reply._tag === "Reading" && heard.reply.reading.upstream?.up === true,
  );
  await command(primary.port, ["SET", "k", "v"], markCommand({ epoch: epoch(7), seq: 2, pod: podName("web-0") }, ours));
  const heard = await eventually(
    toReplica,
    (one) => one._tag === "Replied" && one.reply._tag === "Reading" && one.reply.reading.marker !== "Absent",
  );
  const marker = { epoch: 7, seq: 2, pod: "web-0" };
  expect(heard).toMatchObject({
    reply: {
      reading: {
        role: "replica",
        upstream: { host: "127.0.0.1", port: primary.port, up: true, syncing: false },
        marker,
        empty: false,
        priority: 100,
      },
    },
  });
  const ofPrimary = await ask(linked(primary.port));
  expect(ofPrimary).toMatchObject({
    reply: {
      reading: { role: "primary", marker, users: ["repl-web-1"], minReplicas: 0, downstream: [{ host: "127.0.0.1", online: true }] },
    },
  });
  expect(await probe(linked(primary.port), { ...ours, name: "other" }, 1000, clock)).toMatchObject({
    heard: { reply: { reading: { marker: "Foreign" } } },
  });
});

test("a quarantined empty process says that it is empty, and that nobody is above it", async () => {
  const { port } = await started("--replicaof", "127.0.0.1", "1");
  expect(await ask(linked(port))).toMatchObject({
    reply: { reading: { role: "replica", empty: true, marker: "Absent", upstream: { host: "127.0.0.1", port: 1, up: false } } },
  });
});

test("wrong credentials, a busy script and a full server are alive, each by name", async () => {
  const { port } = await started("--requirepass", "secret", "--maxclients", "3");
  expect(await ask(linked(port))).toMatchObject({ reply: { _tag: "NoAuth" } });
  expect(await ask(linked(port, { user: "default", password: "wrong" }))).toMatchObject({
    reply: { _tag: "NoAuth", text: expect.stringMatching(/^WRONGPASS/) },
  });
  expect(
    await eventually(
      linked(port, { user: "default", password: "secret" }),
      (heard) => heard._tag === "Replied" && heard.reply._tag === "MaxClients",
    ),
  ).toBeDefined();
  const slow = await started("--busy-reply-threshold", "10");
  const script = open({ host: "127.0.0.1", port: slow.port, credentials: undefined, connectTimeoutMs: 500 });
  cleanUps.push(() => script.close());
  await script.ready();
  const toSlow = linked(slow.port);
  await ask(toSlow);
  void script.send([["EVAL", "while true do end", "0"]], 5000);
  expect(await eventually(toSlow, (heard) => heard._tag === "Replied" && heard.reply._tag === "Busy")).toBeDefined();
});

test("nobody there, a hung process and one that wakes are Refused, Timeout and an answer again", async () => {
  const victim = await started();
  const to = linked(victim.port);
  expect(await ask(to)).toMatchObject({ _tag: "Replied" });
  process.kill(victim.pid, "SIGSTOP");
  expect(await ask(to, 60)).toMatchObject({ _tag: "Silent", why: "Timeout" });
  expect(await ask(linked(victim.port, { user: "default", password: "x" }), 60)).toMatchObject({ _tag: "Silent", why: "Timeout" });
  process.kill(victim.pid, "SIGCONT");
  expect(await ask(to)).toMatchObject({ _tag: "Replied", reply: { _tag: "Reading" } });
  process.kill(victim.pid, "SIGKILL");
  expect(await eventually(to, (heard) => heard._tag === "Silent" && heard.why === "Refused")).toBeDefined();
});

test("a process that was slow for longer than a connection may be silent is heard on the one that it was asked on", async () => {
  const victim = await started();
  const to = linked(victim.port);
  expect(await ask(to)).toMatchObject({ _tag: "Replied" });
  process.kill(victim.pid, "SIGSTOP");
  const first = ask(to, 5000);
  await new Promise((resolve) => setTimeout(resolve, 3100));
  const second = ask(to, 1500);
  process.kill(victim.pid, "SIGCONT");
  expect(await first).toMatchObject({ _tag: "Replied", reply: { _tag: "Reading" } });
  expect(await second).toMatchObject({ _tag: "Replied", reply: { _tag: "Reading" } });
});
