// One probe: core's questions in one pipelined write, their answers given back to core to read. Here is only known when it
// began, because what it says was true no earlier, and what to call it when nothing came back.
import { type ClusterName, type CommandAnswer, type Instant, probeCommands, readProbe, type Reply } from "@gungnir/core";
import type { Link } from "./link.ts";

export type Probed = { readonly began: Instant; readonly ended: Instant; readonly heard: Heard };
export type Heard =
  { readonly _tag: "Replied"; readonly reply: Reply } | { readonly _tag: "Silent"; readonly why: SilentWhy; readonly text: string };
export type SilentWhy = "Refused" | "Timeout" | "Reset";

/** Asks once; ends within `timeoutMs`. Never rejects. */
export async function probe(link: Link, cluster: ClusterName, timeoutMs: number, clock: () => Instant): Promise<Probed> {
  const began = clock();
  const heard = await ask(link, cluster, timeoutMs);
  return { began, ended: clock(), heard };
}

async function ask(link: Link, cluster: ClusterName, timeoutMs: number): Promise<Heard> {
  const deadline = performance.now() + timeoutMs;
  const asked = await within(link.ensure(), timeoutMs);
  if (asked === undefined) return silent("Timeout", `no connection within ${timeoutMs} ms`);
  const { connection } = asked;
  const state = connection.state();
  if (state._tag === "Closed") return silent(state.why === "Refused" || state.why === "Timeout" ? state.why : "Reset", state.message);
  const answers = await connection.send(probeCommands, Math.max(1, deadline - performance.now()));
  // A refusal of our AUTH is what the process says, whatever it answered to the questions behind it.
  const denied = asked.denied ?? connection.denied();
  const reply = readProbe(denied === undefined ? answers : [{ _tag: "Failed", error: denied }], cluster);
  return reply === undefined ? silence(answers) : { _tag: "Replied", reply };
}

function silence(answers: readonly CommandAnswer[]): Heard {
  for (const answer of answers) {
    if (answer._tag === "Refused") return silent("Reset", answer.why);
    if (answer._tag === "Unknown") return silent(answer.why.startsWith("Timeout") ? "Timeout" : "Reset", answer.why);
  }
  return silent("Reset", "no answer");
}

function silent(why: SilentWhy, text: string): Heard {
  return { _tag: "Silent", why, text };
}

async function within<Result>(promise: Promise<Result>, ms: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
