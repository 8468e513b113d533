import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { claimNetwork, type Network } from "../kubelet/network.ts";
import { type Address, type Forward, forward } from "./forward.ts";

const open: (Server | Socket | Forward)[] = [];
const networks: Network[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) {
    if ("destroy" in each) each.destroy();
    else void each.close();
  }
  await Promise.all(networks.splice(0).map((network) => network.release()));
});

/** A server that answers each line with its own name. */
const echo = (name: string, host: string, port: number): Promise<Address> =>
  new Promise((done) => {
    const server = createServer((socket) => {
      open.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", () => socket.write(name));
    });
    open.push(server);
    server.listen(port, host, () => done({ host, port }));
  });

const dial = ({ host, port }: Address): Promise<Socket> =>
  new Promise((done, failed) => {
    const socket = connect({ host, port });
    socket.once("connect", () => done(socket));
    socket.once("error", failed);
    open.push(socket);
  });

const ask = (socket: Socket): Promise<string> =>
  new Promise((done, failed) => {
    socket.once("data", (chunk: Buffer) => done(chunk.toString()));
    socket.once("close", () => failed(new Error("closed")));
    socket.write("who?\n");
  });

it("sends new connections to the new target, keeps the old ones, and refuses when there is none", async () => {
  const network = await claimNetwork();
  networks.push(network);
  const service = { host: `${network.podPrefix}.128.1`, port: 6379 };
  const a = await echo("a", `${network.podPrefix}.1.1`, 6379);
  const b = await echo("b", `${network.podPrefix}.1.2`, 6379);
  const forwarded = forward(service, (message) => expect.unreachable(message));
  open.push(forwarded);
  await expect(dial(service)).rejects.toThrow("ECONNREFUSED");

  forwarded.setTargets([a]);
  await expect.poll(async () => dial(service).then(ask, () => "refused")).toBe("a");
  const held = await dial(service);
  expect(await ask(held)).toBe("a");

  forwarded.setTargets([b]);
  expect(await ask(await dial(service))).toBe("b");
  expect(await ask(held)).toBe("a");

  forwarded.setTargets([]);
  await expect(dial(service)).rejects.toThrow("ECONNREFUSED");
  expect(await ask(held)).toBe("a");
});

it("resets a client whose target is not there", async () => {
  const network = await claimNetwork();
  networks.push(network);
  const service = { host: `${network.podPrefix}.128.1`, port: 6379 };
  const forwarded = forward(service, (message) => expect.unreachable(message));
  open.push(forwarded);
  forwarded.setTargets([{ host: `${network.podPrefix}.1.1`, port: 6379 }]);
  const socket = await expect
    .poll(() => dial(service).catch(() => undefined))
    .toBeDefined()
    .then(() => dial(service));
  socket.on("error", () => undefined);
  await expect(ask(socket)).rejects.toThrow("closed");
});

it("gives two sandboxes ranges of their own", async () => {
  const [one, other] = await Promise.all([claimNetwork(), claimNetwork()]);
  networks.push(one, other);
  expect(one.podPrefix).not.toBe(other.podPrefix);
});
