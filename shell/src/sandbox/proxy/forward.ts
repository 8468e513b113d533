// One Service port as a TCP listener that passes connections on to a pod, the way kube-proxy's rules would: a connection goes where
// the Service points when it is opened and stays there, whatever the Service does later; with no endpoint it is refused.
//
// "Refused" is meant literally: without targets the listener is closed, so that the kernel answers and no client waits.
import { connect, createServer, type Server, type Socket } from "node:net";

export type Address = { readonly host: string; readonly port: number };

export type Forward = {
  /** Where connections opened from now on go; no target means refusal. */
  readonly setTargets: (targets: readonly Address[]) => void;
  readonly close: () => void;
};

/** A pod's kernel answers at once; what does not is as good as absent for a new connection. */
const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_MS = 500;

export const forward = (listen: Address, warned: (message: string) => void): Forward => {
  let targets: readonly Address[] = [];
  let next = 0;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;
  const open = new Set<Socket>();

  const accept = (client: Socket): void => {
    const target = targets[next++ % Math.max(1, targets.length)];
    client.on("error", () => undefined);
    if (target === undefined) return void client.resetAndDestroy();
    open.add(client);
    join(client, target, () => open.delete(client));
    return undefined;
  };
  const start = (): void => {
    const opened = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    server = opened;
    opened.once("error", (problem: NodeJS.ErrnoException) => {
      if (server !== opened) return;
      server = undefined;
      warned(
        `${listen.host}:${listen.port} cannot be listened on (${problem.code ?? problem.message}): is a program of this machine on 0.0.0.0:${listen.port}?`,
      );
      retry = setTimeout(() => targets.length > 0 && server === undefined && start(), RETRY_MS);
    });
    opened.listen({ host: listen.host, port: listen.port, exclusive: true });
  };
  const stop = (): void => {
    clearTimeout(retry);
    server?.close();
    server = undefined;
  };
  return {
    setTargets: (wanted) => {
      targets = wanted;
      if (wanted.length === 0) stop();
      else if (server === undefined) start();
    },
    close: () => {
      targets = [];
      stop();
      for (const socket of open) socket.destroy();
    },
  };
};

const join = (client: Socket, { host, port }: Address, ended: () => void): void => {
  const pod = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const timer = setTimeout(() => pod.destroy(new Error("no answer")), CONNECT_TIMEOUT_MS);
  pod.once("connect", () => clearTimeout(timer));
  pod.on("error", () => client.resetAndDestroy());
  client.on("close", () => pod.destroy());
  pod.once("close", () => {
    clearTimeout(timer);
    client.destroy();
    ended();
  });
  client.pipe(pod);
  pod.pipe(client);
};
