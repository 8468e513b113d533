// `npm run e2e`: brings a cluster up where none is given, plays the scenarios one after the other, and prints what each came to. The exit code
// is 0 when none failed, 1 when one did, 2 for a wrong command line.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "./backend.ts";
import { scenarios } from "./catalogue.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { buildImage } from "./image.ts";
import { openReal } from "./real.ts";
import { bringUp } from "./recipe.ts";
import { openSandbox } from "./sandbox.ts";
import type { Scenario } from "./scenario.ts";
import { openStage } from "./stage.ts";
import { headOf, lineOf, type Row } from "./table.ts";

const say = (line: string): void => console.log(line);

const main = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args);
  if (options === "help") {
    say(usage);
    return 0;
  }
  if ("problem" in options) return refuse(options.problem);
  const unknown = options.only.filter((name) => !scenarios.some((each) => each.name === name));
  if (unknown.length > 0) return refuse(`no scenario is called ${unknown.join(", ")}; --list names them`);
  if (options.isList) {
    for (const { name, what, needs, isLong } of scenarios) {
      const remarks = [...(needs.length === 0 ? [] : [`needs ${needs.join(", ")}`]), ...(isLong === true ? ["only when named"] : [])];
      say(`${name.padEnd(26)} ${what}${remarks.length === 0 ? "" : ` (${remarks.join("; ")})`}`);
    }
    return 0;
  }
  return options.backend === "sandbox" ? playOn(await openSandbox(say), options) : playOnReal(options);
};

const refuse = (problem: string): number => {
  console.error(`e2e: ${problem}\n\n${usage}`);
  return 2;
};

const playOnReal = async (options: Options): Promise<number> => {
  const cluster = await bringUp(say);
  if ("problem" in cluster) {
    console.error(`e2e: ${cluster.problem}`);
    return 1;
  }
  try {
    const image = options.operator === "process" ? undefined : (options.image ?? (await buildImage(say)));
    return await playOn(await openReal({ kubeconfig: cluster.kubeconfig, image, say }), options);
  } finally {
    if (!options.isKept) await cluster.down();
  }
};

const playOn = async (backend: Backend, options: Options): Promise<number> => {
  const chosen = scenarios.filter(
    ({ name, isBrief, isLong }) =>
      (options.only.length === 0 ? isLong !== true : options.only.includes(name)) && (!options.isBrief || isBrief === true),
  );
  const rows: Row[] = [];
  let trace = { entries: 0, problems: [] as readonly string[] };
  let isEnding = false;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      isEnding = true;
      ended.reject(new Error(`ended by ${signal}`));
    });
  try {
    say(`${backend.name}, ${backend.nodes.length} nodes, the operator ${backend.operator.how}\n\n${headOf()}`);
    for (let round = 1; round <= options.times; round++) {
      if (isEnding) break;
      if (options.times > 1) say(`round ${round} of ${options.times}`);
      for (const scenario of chosen) {
        if (isEnding) break;
        const row = await play(backend, scenario, round, options, ended.promise);
        rows.push(row);
        say(lineOf(row));
      }
    }
  } finally {
    trace = await backend.stop();
  }
  const count = (outcome: Row["outcome"]): number => rows.filter((row) => row.outcome === outcome).length;
  const [passed, failed, leftOut] = [count("passed"), count("failed") + (trace.problems.length > 0 ? 1 : 0), count("not on this backend")];
  say(`\nthe operator's trace: ${trace.entries} events made again by core, ${trace.problems.length} problems`);
  for (const problem of trace.problems) say(`  ${problem}`);
  const report = { passed, failed, leftOut, rows, trace };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  say(`${leftOut === 0 ? "" : `${leftOut} not on this backend; `}${passed} passed, ${failed} failed`);
  return failed === 0 && !isEnding ? 0 : 1;
};

const play = async (backend: Backend, scenario: Scenario, round: number, options: Options, ended: Promise<never>): Promise<Row> => {
  const { isKept, history, minutes, times } = options;
  const began = performance.now();
  const seconds = (): number => Number(((performance.now() - began) / 1000).toFixed(1));
  const { name, needs } = scenario;
  const lacking = needs.flatMap((need) => backend.lacks[need] ?? []);
  if (lacking.length > 0) return { round, name, outcome: "not on this backend", seconds: 0, why: lacking.join("; "), figures: {} };
  const stage = await openStage(backend, name, { minutes, say });
  let why: string | undefined;
  try {
    await Promise.race([scenario.play(stage), ended]);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  const took = seconds();
  const log = stage.log();
  await stage.close(isKept).catch((error: unknown) => (why ??= `afterwards: ${String(error)}`));
  if (history !== undefined) {
    await mkdir(history, { recursive: true });
    const lines = [{ scenario: name, figures: stage.figures(), why }, ...stage.history, { log }];
    await writeFile(
      join(history, times === 1 ? `${name}.jsonl` : `${name}-${round}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }
  return { round, name, outcome: why === undefined ? "passed" : "failed", seconds: took, why, figures: stage.figures() };
};

process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }),
);
