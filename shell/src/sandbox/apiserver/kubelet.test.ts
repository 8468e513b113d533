// Logs and exec through the server to a kubelet: here a small HTTPS server that checks who asks and answers like one.
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { identityIn } from "./certificates.ts";
import { messageOf, startTrial, type Trial } from "./trial.ts";

const pods = "/api/v1/namespaces/default/pods";
let trial: Trial;
let kubelet: Server;
const asked: string[] = [];

beforeAll(async () => {
  trial = await startTrial();
  const { server: own } = await identityIn(undefined);
  kubelet = createServer(
    { cert: own.certificate, key: own.key, ca: trial.server.authority, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      asked.push(request.url ?? "");
      response.write("first line\n");
      setTimeout(() => response.end("second line\n"), 50);
    },
  );
  const sockets = new WebSocketServer({ server: kubelet, handleProtocols: () => "v5.channel.k8s.io" });
  sockets.on("connection", (socket, request) => {
    asked.push(request.url ?? "");
    socket.on("message", (message) => socket.send(message));
  });
  await new Promise<void>((resolve) => kubelet.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = kubelet.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await trial.ask("POST", "/api/v1/nodes", {
    body: {
      metadata: { name: "node" },
      status: { addresses: [{ type: "InternalIP", address: "127.0.0.1" }], daemonEndpoints: { kubeletEndpoint: { Port: port } } },
    },
  });
  await trial.ask("POST", pods, {
    body: { metadata: { name: "p" }, spec: { nodeName: "node", containers: [{ name: "c", image: "valkey:8" }] } },
  });
  await trial.ask("POST", pods, {
    body: {
      metadata: { name: "loose" },
      spec: {
        containers: [
          { name: "a", image: "x" },
          { name: "b", image: "x" },
        ],
      },
    },
  });
});
afterAll(async () => {
  await trial.close();
  kubelet.closeAllConnections();
  await new Promise((resolve) => kubelet.close(resolve));
});

test("a log is streamed from the kubelet, by the container's name", async () => {
  const { code, body } = await trial.ask("GET", `${pods}/p/log?tailLines=2&follow=true`);
  expect([code, body["text"]]).toEqual([200, "first line\nsecond line\n"]);
  expect(asked).toContain("/containerLogs/default/p/c?tailLines=2&follow=true");
});

test("what cannot be asked of a kubelet is refused before it is asked", async () => {
  expect(messageOf(await trial.ask("GET", `${pods}/p/log?container=other`))).toContain("container other is not valid for pod p");
  expect(messageOf(await trial.ask("GET", `${pods}/loose/log?container=a`))).toContain("does not have a host assigned");
  expect((await trial.ask("GET", `${pods}/none/log`)).code).toBe(404);
});

const open = (path: string, token: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${trial.server.server.replace("https", "wss")}${path}`, "v5.channel.k8s.io", {
      ca: trial.server.authority,
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on("open", () => resolve(socket));
    socket.on("error", reject);
  });

test("exec joins the client's WebSocket to the kubelet's, both ways", async () => {
  const socket = await open(`${pods}/p/exec?command=echo&command=hi&stdin=true`, trial.server.adminToken);
  const echoed = new Promise((resolve) => socket.once("message", (data) => resolve(Buffer.isBuffer(data) ? data.toString() : "")));
  socket.send("through");
  expect(await echoed).toBe("through");
  expect(asked).toContain("/exec/default/p/c?command=echo&command=hi&stdin=true");
  socket.close();
});

test("exec is refused to whoever may not, and over anything but WebSocket", async () => {
  await expect(open(`${pods}/p/exec?command=id`, trial.server.issueToken("default", "nobody"))).rejects.toThrow("403");
  expect(messageOf(await trial.ask("POST", `${pods}/p/exec?command=id`))).toContain("use kubectl 1.31 or newer");
});
