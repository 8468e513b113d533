// One real valkey-server of a trial. It has an address of its own and a front address, through which the others reach it. It is
// killed by its pid, and its volume is a folder that outlives it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, open as openFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandAnswer } from "@gungnir/core";
import type { Command } from "@gungnir/core/resp3";
import type { Valkey } from "../../src/sandbox/valkey-binary.ts";
import { type Connection, open } from "../../src/valkey/connection.ts";
import { OPERATOR, PASSWORD, PORT, shippedConfiguration, shippedUsers } from "./shipped.ts";

/** Whatever way we end: the kernel then kills the server, a stopped one too. */
const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
const dyingWithUs: readonly string[] = setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL", "--"];

/** Seconds without an acknowledgement after which a replica does not count; acknowledgements come every second. */
export const GRACE_SECONDS = 2;
/** As long as any script: the model has no end of a link after a time. */
const LINK_SECONDS = 600;
const DEADLINE_MS = 10_000;

/** The operator's connection, the one of its probes, a client's, and one more to look at the data with. */
export type Line = "commands" | "probes" | "client" | "eyes";

export type Server = {
  readonly pid: () => number | undefined;
  readonly start: () => Promise<void>;
  /** SIGKILL; answers when it is gone. */
  readonly kill: () => Promise<void>;
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void;
  /** Empties the volume. */
  readonly wipe: () => Promise<void>;
  /** Written in one piece; connects first where it has to. */
  readonly send: (line: Line, commands: readonly Command[], deadlineMs?: number) => Promise<readonly CommandAnswer[]>;
  readonly close: () => Promise<void>;
};

export const serverOf = (valkey: Valkey, at: { readonly own: string; readonly front: string; readonly folder: string }): Server => {
  const volume = join(at.folder, "data");
  const log = join(at.folder, "log");
  let child: ChildProcess | undefined;
  let lines: Partial<Record<Line, Connection>> = {};

  const connection = async (line: Line): Promise<Connection> => {
    const known = lines[line];
    if (known !== undefined && known.state()._tag !== "Closed") return known;
    const user = line === "client" || line === "eyes" ? "default" : OPERATOR;
    const made = open({ host: at.own, port: PORT, credentials: { user, password: PASSWORD }, connectTimeoutMs: DEADLINE_MS });
    lines = { ...lines, [line]: made };
    await made.ready();
    return made;
  };
  const send = async (line: Line, commands: readonly Command[], deadlineMs = DEADLINE_MS): Promise<readonly CommandAnswer[]> =>
    (await connection(line)).send(commands, deadlineMs);
  const kill = async (): Promise<void> => {
    for (const line of Object.values(lines)) line.close();
    lines = {};
    const dying = child;
    child = undefined;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const exited = once(dying, "exit");
    dying.kill("SIGKILL");
    await exited;
  };

  return {
    pid: () => child?.pid,
    start: async () => {
      await mkdir(volume, { recursive: true });
      const users = join(at.folder, "users.acl");
      await writeFile(users, shippedUsers());
      await writeFile(join(at.folder, "valkey.conf"), shippedConfiguration({ volume, users }));
      const output = await openFile(log, "a");
      const env = { ...process.env, ...valkey.env };
      const [program = "", ...args] = [...dyingWithUs, valkey.server, ...argumentsOf(at)];
      child = spawn(program, args, { env, stdio: ["ignore", output.fd, output.fd] });
      await output.close();
      const deadline = performance.now() + DEADLINE_MS;
      for (;;) {
        const [answer] = await send("commands", [["PING"]], DEADLINE_MS);
        if (answer?._tag === "Replied") break;
        if (performance.now() > deadline || child.exitCode !== null)
          throw new Error(
            `valkey-server on ${at.own}:${PORT} does not answer (${JSON.stringify(answer)}). It said:\n${await readFile(log, "utf8")}`,
          );
        await sleep(10);
      }
      await Promise.all([connection("probes"), connection("client"), connection("eyes")]);
    },
    kill,
    signal: (signal) => void child?.kill(signal),
    wipe: () => rm(volume, { recursive: true, force: true }),
    send,
    close: kill,
  };
};

/** As the pods are started, but for the two times. */
const argumentsOf = ({
  own,
  front,
  folder,
}: {
  readonly own: string;
  readonly front: string;
  readonly folder: string;
}): readonly string[] =>
  [
    [join(folder, "valkey.conf")],
    ["--bind", own, "--bind-source-addr", own, "--replica-announce-ip", front],
    ["--min-replicas-max-lag", String(GRACE_SECONDS)],
    ["--repl-timeout", String(LINK_SECONDS)],
    ["--replicaof", "127.0.0.1", "1"],
  ].flat();
