// The two connections to one life of one pod: probes travel on one, commands on the other, so that neither waits in the
// other's line. Both are opened as soon as the pod has an address and stay open, because a demotion written to a connection
// that is already there reaches a hung process, and one that first has to be opened may not.
//
// Valkey has no condition of its own, so the connection is the condition: the command connection asks at its beginning
// which process answers (its run id), and since a process cannot change behind an open connection, a command that names
// that run id can reach nobody else.
//
// A silent connection is not a broken one. The probes' is opened anew after a while without an answer (the network may have
// forgotten it); the commands' only when the probes' proves that the process answers there.
import { infoReplication, bytesIn } from "@gungnir/core/resp3";
import { type Connection, type ConnectionOptions, open } from "./connection.ts";

export type Link = {
  /** Opens what is not open (at most one attempt at a time); settles once the probe connection is open or has failed. */
  ensure(): Promise<Connection>;
  /** The command connection as it is now, and the run id of the process at its other end, as far as it has said so. */
  commands(): { readonly connection: Connection; readonly runId: string | undefined };
  close(): void;
};

// Long enough for a process that is slow, short enough that a forgotten connection does not look like a silent process.
const SILENT_CONNECTION_MS = 3000;
// The question who is there has no deadline of its own: a hung process answers it when it wakes.
const WHO_TIMEOUT_MS = 600_000;

export function link(options: ConnectionOptions): Link {
  let probes = open(options);
  let commands = introduced(options);
  let closed = false;

  return {
    ensure: async () => {
      if (closed) return probes;
      const provedAlive = probes.state()._tag === "Open" && probes.owed() === 0;
      if (isSpent(probes) || probes.owedForMs() > SILENT_CONNECTION_MS) {
        probes.close();
        probes = open(options);
      }
      if (isSpent(commands.connection) || (provedAlive && commands.connection.owedForMs() > SILENT_CONNECTION_MS)) {
        commands.connection.close();
        commands = introduced(options);
      }
      await probes.ready();
      return probes;
    },
    commands: () => commands,
    close: () => {
      closed = true;
      probes.close();
      commands.connection.close();
    },
  };
}

type Introduced = { readonly connection: Connection; runId: string | undefined };

function introduced(options: ConnectionOptions): Introduced {
  const made: Introduced = { connection: open(options), runId: undefined };
  void made.connection.ready().then(async () => {
    const [answer] = await made.connection.send([["INFO", "server"]], WHO_TIMEOUT_MS);
    const bytes = answer?._tag === "Replied" ? bytesIn(answer.value) : undefined;
    if (bytes !== undefined) made.runId = infoReplication(bytes).runId;
  });
  return made;
}

function isSpent(connection: Connection): boolean {
  return connection.state()._tag === "Closed" || connection.denied() !== undefined;
}
