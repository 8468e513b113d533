import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { claimNetwork } from "../../src/sandbox/kubelet/network.ts";
import { openPath } from "./path.ts";

const PORT = 6379;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A server behind a front, and a client that connects through it from an address of its own. */
const road = async () => {
  const network = await claimNetwork();
  closing.push(() => network.release());
  const [own, front, peer] = [1, 2, 3].map((rank) => `${network.podPrefix}.1.${rank}`);
  if (own === undefined || front === undefined || peer === undefined) throw new Error("three addresses");
  const served: Socket[] = [];
  const server = createServer((socket) => void served.push(socket.on("error", () => undefined)));
  server.listen(PORT, own);
  await once(server, "listening");
  closing.push(
    () => server.close(),
    () => served.forEach((socket) => socket.destroy()),
  );
  const path = await openPath(front, own, PORT);
  closing.push(() => path.close());
  const client = connect({ host: front, port: PORT, localAddress: peer });
  closing.push(() => client.destroy());
  await once(client, "connect");
  const heard = { client: "", server: "", isOver: false };
  client.on("data", (chunk) => (heard.client += String(chunk)));
  client.on("close", () => (heard.isOver = true));
  client.on("error", () => undefined);
  await expect.poll(() => served.length).toBe(1);
  served[0]?.on("data", (chunk) => (heard.server += String(chunk)));
  return { path, peer, client, heard, say: (text: string) => served[0]?.write(text), end: () => served[0]?.destroy() };
};
const MOMENT = 60;

test("cut, nothing passes in either direction, and neither end hears of the other's end; healed, all of it comes", async () => {
  const { path, peer, client, heard, say, end } = await road();
  path.cut(peer, true);
  client.write("question");
  say("answer");
  end();
  await sleep(MOMENT);
  expect(heard).toEqual({ client: "", server: "", isOver: false });
  path.cut(peer, false);
  await expect.poll(() => heard.isOver).toBe(true);
  expect(heard.client).toBe("answer");
});

test("stalled, what is sent stays under way while answers pass", async () => {
  const { path, peer, client, heard, say } = await road();
  path.stall(peer, true);
  say("write");
  client.write("ack");
  await expect.poll(() => heard.server).toBe("ack");
  expect(heard.client).toBe("");
  path.stall(peer, false);
  await expect.poll(() => heard.client).toBe("write");
});

test("what is under way is lost with its sender where that is wished", async () => {
  const { path, peer, heard, say, end } = await road();
  path.stall(peer, true);
  say("write");
  await sleep(MOMENT);
  end();
  path.loseUnderWay("anybody");
  await expect.poll(() => heard.isOver).toBe(true);
  path.stall(peer, false);
  await sleep(MOMENT);
  expect(heard.client).toBe("");
});

test("a sync is held behind its first line, and no other stream is", async () => {
  const { path, peer, heard, say } = await road();
  path.holdSyncs(peer, true);
  say("+CONTINUE\r\nwrite");
  await expect.poll(() => heard.client).toBe("+CONTINUE\r\nwrite");
  say("+FULLRESYNC id 0\r\ndata");
  await expect.poll(() => heard.client).toBe("+CONTINUE\r\nwrite+FULLRESYNC id 0\r\n");
  path.holdSyncs(peer, false);
  await expect.poll(() => heard.client.endsWith("data")).toBe(true);
});

test("a sync that is held ends with its sender", async () => {
  const { path, peer, heard, say, end } = await road();
  path.holdSyncs(peer, true);
  say("+FULLRESYNC id 0\r\ndata");
  await expect.poll(() => heard.client).toBe("+FULLRESYNC id 0\r\n");
  end();
  await expect.poll(() => heard.isOver).toBe(true);
  expect(heard.client).toBe("+FULLRESYNC id 0\r\n");
});
