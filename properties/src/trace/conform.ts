// Trace conformance (SH-7, C9): what a real operator heard is folded through the very `step` again, and each decision has to be the one
// that it took. And what it heard has to be something that the world can say: the assumptions of the model, looked for in reality.
import { type Event, type Memory, decisionText, initialMemory, readTraceLine, step } from "@gungnir/core";
import { type Sights, noSights, see } from "./plausible.ts";

export type Conformance = {
  readonly lines: number;
  readonly decisions: { readonly [tag: string]: number };
  readonly clusters: readonly string[];
  /** The first of each kind: what was decided otherwise, and what cannot be. */
  readonly problems: readonly Problem[];
};
export type Problem = { readonly line: number; readonly kind: "Unreadable" | "Diverged" | "Implausible"; readonly message: string };

type Run = { readonly memory: Memory; readonly sights: Sights };

/** Problems beyond this many say nothing new. */
const MOST_PROBLEMS = 20;

export const conform = async (lines: Iterable<string> | AsyncIterable<string>): Promise<Conformance> => {
  const runs = new Map<string, Run>();
  const decisions: Record<string, number> = {};
  const problems: Problem[] = [];
  let count = 0;
  for await (const line of lines) {
    if (line.trim() === "") continue;
    count += 1;
    const at = count;
    const report = (kind: Problem["kind"], message: string): void =>
      void (problems.length < MOST_PROBLEMS && problems.push({ line: at, kind, message }));
    const entry = readTraceLine(line);
    if (entry._tag === "Err") {
      report("Unreadable", `line ${at} ${entry.problem}`);
      continue;
    }
    const { by, cluster, fresh, event, decision } = entry.value;
    const key = `${by} ${cluster}`;
    const run = runs.get(key);
    if (run === undefined && !fresh) {
      report("Unreadable", `line ${at}: the beginning of ${cluster} by ${by} is missing; keep a trace from its first line on`);
      runs.set(key, { memory: initialMemory, sights: noSights });
      continue;
    }
    const before: Run = run === undefined || fresh ? { memory: initialMemory, sights: noSights } : run;
    const stepped = step(before.memory, event);
    decisions[decision._tag] = (decisions[decision._tag] ?? 0) + 1;
    if (decisionText(stepped.decision) !== decisionText(decision)) {
      report("Diverged", `${nameOf(event)}: decided ${decisionText(decision)}, and step decides ${decisionText(stepped.decision)}`);
    }
    const { sights, oddities } = see(before.sights, event, decision);
    for (const oddity of oddities) report("Implausible", `${nameOf(event)}: ${oddity}`);
    runs.set(key, { memory: stepped.memory, sights });
  }
  const clusters = [...new Set([...runs.keys()].map((key) => key.split(" ")[1] ?? ""))].toSorted();
  return { lines: count, decisions, clusters, problems };
};

const nameOf = (event: Event): string => `${event._tag} at ${event.now}`;
