// A way to an API server that can be shut, and that cuts who is on it: a kubeconfig that leads through it is made beside the other.
import { readFile, writeFile } from "node:fs/promises";
import { connect as connectSocket, createServer, type Socket } from "node:net";

/** Between a client and the server: open, shut (nobody is let in), or cutting what is under way. */
export async function openGate(kubeconfig: string) {
  const text = await readFile(kubeconfig, "utf8");
  const to = Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
  const sockets = new Set<Socket>();
  let isShut = false;
  let accepted = 0;
  const gate = createServer((socket) => {
    accepted += 1;
    socket.on("error", () => undefined);
    if (isShut) return void socket.resetAndDestroy();
    const beyond = connectSocket(to, "127.0.0.1");
    beyond.on("error", () => socket.destroy());
    for (const one of [socket, beyond]) {
      sockets.add(one);
      one.on("close", () => sockets.delete(one));
    }
    socket.pipe(beyond).pipe(socket);
    return undefined;
  });
  await new Promise<void>((done) => void gate.listen(0, "127.0.0.1", done));
  const address = gate.address();
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const through = `${kubeconfig}.${port}`;
  await writeFile(through, text.replace(`127.0.0.1:${to}`, `127.0.0.1:${port}`));
  return {
    kubeconfig: through,
    accepted: () => accepted,
    cut,
    shut: () => {
      isShut = true;
      cut();
    },
    open: () => {
      isShut = false;
    },
    close: async () => {
      cut();
      await new Promise((done) => gate.close(done));
    },
  };
}
