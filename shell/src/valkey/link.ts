// The two connections to one life of one pod: probes travel on one, commands on the other, so that neither waits in the
// other's line. Both are opened as soon as the pod has an address and stay open, because a demotion written to a connection
// that is already there reaches a hung process, and one that first has to be opened may not.
//
// Valkey has no condition of its own, so the connection is the condition: the command connection asks at its beginning
// which process answers (its run id), and since a process cannot change behind an open connection, a command that names
// that run id can reach nobody else.
//
// A silent connection is not a broken one. After a while without an answer another one is opened for the probes (the network may
// have forgotten this one), beside it: who is only slow answers on the one that it was asked on, before it gets to a new one. The
// commands' is opened anew only when the probes' proves that the process answers there.
//
// A leader enters on both as the user of its term (core's session.ts), so an answer to a probe proves that no earlier leader
// can act there any more.
import { isEntered, readSession, sessionCommands } from "@gungnir/core";
import { bytesIn, commands as valkey, infoReplication } from "@gungnir/core/resp3";
import { type Connection, type ConnectionOptions, open } from "./connection.ts";

export type Link = {
  /** Opens what is not open (at most one attempt at a time); settles once we are let in on the probe connection, or not. */
  ensure(): Promise<Asked>;
  /** The command connection as it is now, and the run id of the process at its other end, as far as it has said so. */
  commands(): { readonly connection: Connection; readonly runId: string | undefined };
  close(): void;
};

/** `denied`: why nothing may be asked on it, in the server's words or core's. */
export type Asked = { readonly connection: Connection; readonly denied: string | undefined };

// Long enough for a process that is slow, short enough that a forgotten connection does not look like a silent process.
const SILENT_CONNECTION_MS = 3000;
// What is asked at the beginning has no deadline of its own: a hung process answers it when it wakes.
const BEGINNING_TIMEOUT_MS = 600_000;

export function link(options: ConnectionOptions): Link {
  let probes = begun(options);
  /** The one before, while answers may still come on it. */
  let former: Begun | undefined;
  let commands = begun(options);
  let closed = false;

  return {
    ensure: async () => {
      const provedAlive = probes.connection.state()._tag === "Open" && probes.connection.owed() === 0;
      const isSilent = probes.connection.owedForMs() > SILENT_CONNECTION_MS;
      if (provedAlive || isSilent || closed) {
        former?.connection.close();
        former = undefined;
      }
      if (!closed && (isSpent(probes) || isSilent)) {
        if (isSpent(probes)) probes.connection.close();
        else former = probes;
        probes = begun(options);
      }
      if (!closed && (isSpent(commands) || (provedAlive && commands.connection.owedForMs() > SILENT_CONNECTION_MS))) {
        commands.connection.close();
        commands = begun(options);
      }
      const asked = probes;
      await asked.isOver;
      return { connection: asked.connection, denied: asked.denied };
    },
    commands: () => commands,
    close: () => {
      closed = true;
      former?.connection.close();
      probes.connection.close();
      commands.connection.close();
    },
  };
}

type Begun = {
  readonly connection: Connection;
  /** Settles when we were let in, were not, or the connection has ended. */
  isOver: Promise<void>;
  denied: string | undefined;
  /** Known only once we were let in. */
  runId: string | undefined;
};

function begun(options: ConnectionOptions): Begun {
  const made: Begun = { connection: open(options), isOver: Promise.resolve(), denied: undefined, runId: undefined };
  made.isOver = enter(made.connection, options.credentials).then((denied) => {
    made.denied = denied;
    if (denied === undefined) void introduce(made);
  });
  return made;
}

/** Undefined once we are who we have to be; else why not. */
async function enter(connection: Connection, credentials: ConnectionOptions["credentials"]): Promise<string | undefined> {
  await connection.ready();
  if (credentials?.authority === undefined || connection.state()._tag === "Closed") return undefined;
  const { authority, password } = credentials;
  const session = readSession(authority, password, await connection.send(sessionCommands(authority, password), BEGINNING_TIMEOUT_MS));
  if (connection.denied() !== undefined) return connection.denied();
  if (session._tag === "Superseded") await connection.send(session.leave, BEGINNING_TIMEOUT_MS);
  if (session._tag !== "Granted") return session.why;
  const answers = await connection.send(session.enter, BEGINNING_TIMEOUT_MS);
  return isEntered(answers) ? undefined : "the user of this term was not let in";
}

async function introduce(made: Begun): Promise<void> {
  const [answer] = await made.connection.send([valkey.info("server")], BEGINNING_TIMEOUT_MS);
  const bytes = answer?._tag === "Replied" ? bytesIn(answer.value) : undefined;
  if (bytes !== undefined) made.runId = infoReplication(bytes).runId;
}

function isSpent({ connection, denied }: Begun): boolean {
  return connection.state()._tag === "Closed" || connection.denied() !== undefined || denied !== undefined;
}
