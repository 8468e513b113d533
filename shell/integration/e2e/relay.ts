// A way to the API server that can be made slow or be cut: bytes are passed on as they are (TLS stays between the two ends), later by so
// much, or not at all. So a partition of the operator from the API is a fault on any cluster, and needs no rights over its network.
import { connect, createServer, type Socket } from "node:net";
import { type Faults, once } from "./backend.ts";

export type Relay = {
  readonly port: number;
  /** Bytes from the server arrive so much later from now on. */
  readonly delay: (milliseconds: number) => void;
  /** Nothing passes any more, and nobody is told: connections stay open, as behind a dead router. */
  readonly cut: () => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

/** Listens on a free port of `host` and passes everything to the server. */
export const openRelay = async (to: { readonly host: string; readonly port: number }, host = "127.0.0.1"): Promise<Relay> => {
  let delayMs = 0;
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to);
    pass(near, far, () => 0);
    pass(far, near, () => delayMs);
  });
  const pass = (from: Socket, into: Socket, later: () => number): void => {
    sockets.add(from);
    if (isCut) from.pause();
    // One after the other, whatever the delay was when each came: what overtakes breaks the session that it is part of.
    const held: { readonly due: number; readonly give: () => void }[] = [];
    let timer: NodeJS.Timeout | undefined;
    const give = (): void => {
      timer = undefined;
      while ((held[0]?.due ?? Infinity) <= performance.now()) held.shift()?.give();
      const [next] = held;
      if (next !== undefined) timer ??= setTimeout(give, Math.max(1, next.due - performance.now()));
    };
    const hold = (deliver: () => void): void => {
      held.push({ due: performance.now() + later(), give: deliver });
      if (timer === undefined) give();
    };
    from.on("data", (chunk) => hold(() => into.write(chunk)));
    from.on("error", () => into.destroy());
    from.on("close", () => {
      sockets.delete(from);
      hold(() => into.end());
    });
  };
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(0, host, done);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    delay: (milliseconds) => (delayMs = milliseconds),
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    // Connections from before are dead for good, as most are after a partition: both ends have given them up, or will now.
    heal: () => {
      isCut = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/** Why an operator cannot be made to suffer it whose way is another. */
export const NO_RELAY = "the operator's way to the API server is the cluster's own";

/** What an operator suffers whose way to the API server this is. */
export const faultsOf = (relay: Relay): Pick<Faults, "slowApi" | "cutApi"> => ({
  slowApi: async (milliseconds) => {
    relay.delay(milliseconds);
    return once(() => relay.delay(0));
  },
  cutApi: async () => {
    relay.cut();
    return once(() => relay.heal());
  },
});
