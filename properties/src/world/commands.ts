// What a Valkey process makes of a command. It looks at its own state only: whether the command is still right is the sender's
// affair, so an order that came late is obeyed all the same.
import type { Command, Outcome } from "@gungnir/core";
import { replicationUser } from "@gungnir/core";
import type { Process } from "./process.ts";
import { isPrimary, markerItem, PRIMARY, QUARANTINE } from "./process.ts";
import { append, beginHistory, dropFollowers, followers, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";

export type Obeyed = {
  readonly valkey: Valkey;
  readonly outcome: Outcome;
  /** Connections of clients to this process were closed. */
  readonly clientsClosed: boolean;
};

const done = (valkey: Valkey, clientsClosed = false): Obeyed => ({ valkey, outcome: { _tag: "Done" }, clientsClosed });

export const obey = (valkey: Valkey, process: Process, command: Command): Obeyed => {
  switch (command._tag) {
    case "Freeze":
      return done(detach(valkey, process));
    case "Fence":
      return done(detach(valkey, process), true);
    case "Admit": {
      const user = replicationUser(command.member);
      return done(process.users.includes(user) ? valkey : withProcess(valkey, { ...process, users: [...process.users, user].toSorted() }));
    }
    case "Expel":
      return done(expel(valkey, process, command.users));
    case "Follow":
      return done(follow(valkey, process, command.host));
    case "Promote": {
      const configured = { ...process, minReplicas: command.minReplicas };
      if (isPrimary(process)) return done(withProcess(valkey, configured));
      const cut = dropFollowers(valkey, process, "nothing");
      return done(withProcess(cut, { ...beginHistory(configured), role: PRIMARY }));
    }
    case "Configure":
      return done(withProcess(valkey, { ...process, minReplicas: command.minReplicas }));
    case "Mark": {
      if (!isPrimary(process)) return refused(valkey, "READONLY You can't write against a read only replica.");
      if (!hasEnoughReplicas(valkey, process)) return refused(valkey, "NOREPLICAS Not enough good replicas to write.");
      return done(append(valkey, process, markerItem(command.marker)));
    }
  }
};

/** What `min-replicas-to-write` asks before each write. */
export const hasEnoughReplicas = (valkey: Valkey, primary: Process): boolean => followers(valkey, primary).length >= primary.minReplicas;

const refused = (valkey: Valkey, why: string): Obeyed => ({
  valkey,
  outcome: { _tag: "Refused", why, transient: true },
  clientsClosed: false,
});

/** `REPLICAOF 127.0.0.1 1`: keeps everything, follows nobody, serves nobody. */
export const detach = (valkey: Valkey, process: Process): Valkey =>
  withProcess(dropFollowers(valkey, process, "nothing"), { ...process, role: QUARANTINE });

const follow = (valkey: Valkey, process: Process, host: string): Valkey => {
  if (process.role._tag === "Replica" && process.role.of === host) return valkey; // "OK Already connected to specified master"
  return withProcess(dropFollowers(valkey, process, "nothing"), {
    ...process,
    role: { _tag: "Replica", of: host, link: "connecting", inFlight: [] },
  });
};

const expel = (valkey: Valkey, source: Process, users: readonly string[]): Valkey => {
  const remaining = withProcess(valkey, { ...source, users: source.users.filter((user) => !users.includes(user)) });
  return {
    ...remaining,
    processes: remaining.processes.map((process) =>
      process.role._tag === "Replica" && process.role.of === source.address && users.includes(replicationUser(process))
        ? { ...process, role: { ...process.role, link: "connecting", inFlight: [] } }
        : process,
    ),
  };
};
