// The two connections to one life of one pod: probes travel on one, commands on the other, so that neither waits in the
// other's line. Both are opened as soon as the pod has an address and stay open, because a demotion written to a connection
// that is already there reaches a hung process, and one that first has to be opened may not.
//
// A silent connection is not a broken one. The probes' is opened anew after a while without an answer (the network may have
// forgotten it); the commands' only when the probes' proves that the process answers there.
import { type Connection, type ConnectionOptions, open } from "./connection.ts";

export type Link = {
  /** Opens what is not open (at most one attempt at a time); settles once the probe connection is open or has failed. */
  ensure(): Promise<Connection>;
  /** The command connection as it is now. */
  commands(): Connection;
  close(): void;
};

// Long enough for a process that is slow, short enough that a forgotten connection does not look like a silent process.
const SILENT_CONNECTION_MS = 3000;

export function link(options: ConnectionOptions): Link {
  let probes = open(options);
  let commands = open(options);
  let closed = false;

  const renewed = (connection: Connection): Connection => {
    connection.close();
    return open(options);
  };

  return {
    ensure: async () => {
      if (closed) return probes;
      const provedAlive = probes.state()._tag === "Open" && probes.owed() === 0;
      if (isSpent(probes) || probes.owedForMs() > SILENT_CONNECTION_MS) probes = renewed(probes);
      if (isSpent(commands) || (provedAlive && commands.owedForMs() > SILENT_CONNECTION_MS)) commands = renewed(commands);
      await probes.ready();
      return probes;
    },
    commands: () => commands,
    close: () => {
      closed = true;
      probes.close();
      commands.close();
    },
  };
}

function isSpent(connection: Connection): boolean {
  return connection.state()._tag === "Closed" || connection.denied() !== undefined;
}
