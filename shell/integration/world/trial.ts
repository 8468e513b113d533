// The real half: three servers and the paths between them, moved by the steps of a script, and looked at with core's own probe.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandAnswer } from "@gungnir/core";
import { commandsOf, errorOf, replicationUser, outcomeOfAnswers, probeCommands, readProbe } from "@gungnir/core";
import { type Command, bytesIn, infoReplication, infoScan, itemsOf, readWait, textOf } from "@gungnir/core/resp3";
import type { Valkey } from "../../src/sandbox/valkey-binary.ts";
import { endingOf, type Ending, type Written } from "./believed.ts";
import type { Observed } from "./matching.ts";
import { openPath, type Path } from "./path.ts";
import { GRACE_SECONDS, type Server, serverOf } from "./server.ts";
import { CLUSTER, PASSWORD, PORT } from "./shipped.ts";
import { commandOf, identityOf, type Name, NAMES, type Step, subjectOf } from "./step.ts";
import type { Seen } from "./view.ts";

/** A hung process answers nothing: this long a command waits for it. */
const HUNG_MS = 50;
const ANSWER_MS = 10_000;
/** As long as any script: who holds a write back answers when it goes on. */
const LATE_MS = 600_000;
const WAIT_MS = 1_000;

export type Trial = {
  readonly perform: (step: Step, expected: { readonly isAnswered: boolean }) => Promise<Ending>;
  /** What those say that run and are not stopped. */
  readonly observe: (of: readonly Name[]) => Promise<Observed>;
  readonly close: () => Promise<void>;
};

/** Two addresses a server: its own, and the front behind which it is for the others. */
export type Addresses = { readonly own: string; readonly front: string };

export const openTrial = async (valkey: Valkey, addresses: (name: Name) => Addresses): Promise<Trial> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-world-"));
  const servers = recordOf((name): Server => serverOf(valkey, { ...addresses(name), folder: join(folder, name) }));
  const opened = await Promise.all(NAMES.map((name) => openPath(addresses(name).front, addresses(name).own, PORT)));
  const path = (name: Name): Path => {
    const found = opened[NAMES.indexOf(name)];
    if (found === undefined) throw new Error(`no path to ${name}`);
    return found;
  };
  const front = (name: Name): string => addresses(name).front;
  const own = (name: Name): string => addresses(name).own;
  const nameOf = (host: string): string => (host === "127.0.0.1" ? "nobody" : (NAMES.find((name) => front(name) === host) ?? host));
  let ledger: readonly Written[] = [];
  let writes = 0;

  const info = async (name: Name) => {
    const [answer] = await servers[name].send("probes", [["INFO", "server", "replication"]]);
    const bytes = answer?._tag === "Replied" ? bytesIn(answer.value) : undefined;
    return bytes === undefined ? undefined : infoReplication(bytes);
  };
  const enter = async (name: Name, id: string): Promise<void> => {
    const said = await info(name);
    if (said?.replid === undefined || said.replOffset === undefined) throw new Error(`${name} does not tell its offset after a write`);
    ledger = [...ledger, { id, replid: said.replid, at: said.replOffset }];
  };

  /** The answer, or "held" when none is expected and none comes for a moment; what is written then is entered when it comes. */
  const sooner = async (
    answer: Promise<Ending>,
    isAnswered: boolean,
    entered: { readonly at: Name; readonly id: string },
  ): Promise<Ending> => {
    const ending = isAnswered ? await answer : await Promise.race([answer, sleep(HUNG_MS, "held")]);
    if (ending === "OK" || ending === "Done") await enter(entered.at, entered.id);
    else if (ending === "held")
      void answer.then(async (late) => {
        if (late === "OK" || late === "Done") await enter(entered.at, entered.id);
      });
    return ending;
  };

  const perform = async (step: Step, { isAnswered }: { readonly isAnswered: boolean }): Promise<Ending> => {
    const at = subjectOf(step);
    const command = commandOf(step, (name) => identityOf(name, 1), front, PORT);
    if (at !== undefined && command !== undefined) {
      const pieces = commandsOf(command, { ...CLUSTER, replicationPassword: PASSWORD });
      const send = async (deadlineMs: number): Promise<Ending> =>
        endingOf(outcomeOfAnswers(command, await servers[at].send("commands", pieces, deadlineMs)));
      if (command._tag !== "Mark") return send(isAnswered ? ANSWER_MS : HUNG_MS);
      const ending = await sooner(send(LATE_MS), isAnswered, { at, id: `marker:1:${command.marker.seq}:${at}` });
      return ending === "held" ? "Unknown" : ending;
    }
    switch (step._tag) {
      case "Write": {
        const id = `w${(writes += 1)}`;
        const answer = sendAsClient(servers[step.at], ["SET", id, id]).then(endingOfWrite);
        return sooner(answer, isAnswered, { at: step.at, id });
      }
      case "Wait": {
        const [answer] = await servers[step.at].send("client", [["WAIT", step.replicas, WAIT_MS]]);
        const read = answer?._tag === "Replied" ? readWait(answer.value) : undefined;
        return read?._tag === "Ok" ? String(read.value) : JSON.stringify(answer);
      }
      case "Cut":
      case "Heal":
        path(step.one).cut(own(step.other), step._tag === "Cut");
        path(step.other).cut(own(step.one), step._tag === "Cut");
        return "";
      case "Stall":
      case "Flow":
        for (const name of NAMES) if (name !== step.at) path(name).stall(own(step.at), step._tag === "Stall");
        return "";
      case "HoldSync":
      case "LetSync":
        for (const name of NAMES) if (name !== step.at) path(name).holdSyncs(own(step.at), step._tag === "HoldSync");
        return "";
      case "Hang":
        servers[step.at].signal("SIGSTOP");
        return "";
      case "Wake":
        servers[step.at].signal("SIGCONT");
        return "";
      case "Crash":
        await servers[step.at].kill();
        path(step.at).loseUnderWay(step.tail === "unsent" ? "anybody" : "who is cut off");
        return "";
      case "Start":
        if (step.volume === "lost") await servers[step.at].wipe();
        await servers[step.at].start();
        return "";
      case "Freeze":
      case "Fence":
      case "Promote":
      case "Configure":
      case "Follow":
      case "Admit":
      case "Expel":
      case "Mark":
      case "Pause":
      case "Unpause":
      case "Disconnect":
      case "HandOver":
        return "";
      case "Failover":
        return plainly(servers[step.at], ["FAILOVER", "TO", front(step.to), PORT], replicationUser(identityOf(step.at, 1)));
      case "Abort":
        return plainly(servers[step.at], ["FAILOVER", "ABORT"], replicationUser(identityOf(step.at, 1)));
    }
  };

  const look = async (name: Name): Promise<Seen | undefined> => {
    const answers = await servers[name].send("probes", probeCommands);
    const [keys] = await servers[name].send("eyes", [["KEYS", "w*"]]);
    const reply = readProbe(answers, CLUSTER);
    const text = answers[2]?._tag === "Replied" ? bytesIn(answers[2].value) : undefined;
    const items = keys?._tag === "Replied" ? itemsOf(keys.value)?.flatMap((item) => textOf(item) ?? []) : undefined;
    if (reply?._tag !== "Reading" || text === undefined || items === undefined) return undefined;
    const rewriting = rewrites(text);
    if (rewriting("aof_rewrite_in_progress") !== "0" || rewriting("aof_rewrite_scheduled") !== "0") return undefined;
    const { replicas, goodReplicas } = infoReplication(text);
    const good = replicas.filter(({ state, lagSeconds }) => state === "online" && (lagSeconds ?? Infinity) <= GRACE_SECONDS);
    return { name, reading: reply.reading, good: good.map(({ ip }) => nameOf(ip)).toSorted(), counted: goodReplicas, items };
  };

  const close = async (): Promise<void> => {
    await Promise.all(NAMES.map((name) => servers[name].close()));
    await Promise.all(opened.map((each) => each.close()));
    await rm(folder, { recursive: true, force: true });
  };
  const begun = await Promise.allSettled(NAMES.map((name) => servers[name].start()));
  for (const each of begun) {
    if (each.status === "fulfilled") continue;
    await close();
    throw each.reason;
  }
  return {
    perform,
    observe: async (of) => {
      const seen = await Promise.all(of.map((name) => look(name)));
      return { seen: seen.flatMap((one) => one ?? []), ledger, nameOf };
    },
    close,
  };
};

/** After a full sync the file is written anew; until that is over the volume holds what was there before (measured). */
const rewrites = infoScan(["aof_rewrite_in_progress", "aof_rewrite_scheduled"]);

const recordOf = (make: (name: Name) => Server): Readonly<Record<Name, Server>> => ({ a: make("a"), b: make("b"), c: make("c") });

/** The connection may have been closed under the client, who then opens another. */
const sendAsClient = async (server: Server, command: Command): Promise<CommandAnswer | undefined> => {
  const [answer] = await server.send("client", [command], LATE_MS);
  if (answer?._tag !== "Unknown" && answer?._tag !== "Refused") return answer;
  await sleep(10);
  const [again] = await server.send("client", [command], LATE_MS);
  return again;
};

/** A human's command; it follows its target as its own user, as the operator's FAILOVER does. */
const plainly = async (server: Server, command: Command, user: string): Promise<Ending> => {
  const answers = await server.send("commands", [["CONFIG", "SET", "masteruser", user, "masterauth", PASSWORD], command], ANSWER_MS);
  const error = answers.map((answer) => errorOf(answer)).find((each) => each !== undefined);
  return error === undefined ? "Done" : `Refused ${error.kind}`;
};

const endingOfWrite = (answer: CommandAnswer | undefined): Ending => {
  if (answer === undefined) return "no answer";
  const error = errorOf(answer);
  if (error !== undefined) return error.kind;
  return answer._tag === "Replied" ? (textOf(answer.value) ?? "") : answer._tag;
};
