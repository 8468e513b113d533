// The spec check: `npx gungnir-properties`, or `npm run properties`. Searches every model to its end, runs the laws, puts known failures back
// in, and prints what is promised, how often it was judged, and what was seen to break it. Ends with 0 only if all is as promised.
import { readFileSync, writeFileSync } from "node:fs";
import { CORE, propertyReports } from "./check.ts";
import { faultTable, met } from "./check/faults.ts";
import { HELP, Misasked, type Options, readOptions } from "./check/options.ts";
import { withOwnCore } from "./check/own-core.ts";
import { pageOf } from "./check/page.ts";
import { withTables } from "./check/readme.ts";
import { type Checked, check, chosen, isWanted } from "./check/run.ts";
import { type Told, replayed, tell, witnessed } from "./check/stories.ts";
import { catalogueTable, modelTable, mutantTable, propertyTable, theoremLegend, theoremTable } from "./check/tables.ts";
import { writeCounts, writeJson } from "./check/written.ts";
import { isKilled } from "./mutants/mutant.ts";
import { replay } from "./trace/replay.ts";
import type { Core } from "./world/operator.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const writeReadme = (): void => {
  const file = new URL("../README.md", import.meta.url);
  writeFileSync(file, withTables(readFileSync(file, "utf8")));
};

/** Shows runs; the exit code says whether something is violated in them. */
const showTold = (all: readonly Told[], { html }: Pick<Options, "html">): number => {
  for (const { table, story, verdict } of all) print(`${story.title}\n\n${table}\n\n${verdict}\n`);
  const [first] = all;
  if (html !== undefined && first !== undefined) {
    writeFileSync(html, pageOf(first.story));
    print(`written as a page: ${html}`);
  }
  return all.some(({ isBroken }) => isBroken) ? 1 : 0;
};

/** What is not as it should be, in sentences. */
const problemsOf = (checked: Checked, isAccepted: boolean): readonly string[] => [
  ...checked.models.flatMap(({ name, failures }) =>
    failures.filter((one) => !(isAccepted && one.startsWith("has "))).map((one) => `${name}: ${one}`),
  ),
  ...[...checked.tests.files].flatMap(([file, tests]) =>
    tests.filter((one) => !one.passed).map((one) => `${file}: ${one.title}\n${one.message}`),
  ),
  ...checked.kills
    .filter((kill) => !isKilled(kill))
    .map((kill) => `mutant ${kill.mutant} survived: ${kill.missing.join("; ") || "nothing killed it"}`),
  ...checked.simulated.problems,
];

const run = async (options: Options, core: Core): Promise<number> => {
  if (options.replay !== undefined) return showTold(await replayed(options.replay, core), options);
  if (options.witness !== undefined) return showTold([witnessed(options.witness, core)], options);
  const checked = await check(options, core);
  const isAccepted = options.writes === "counts";
  if (isAccepted) writeCounts(checked.models);
  const properties = propertyReports(checked, isWanted(options));
  const problems = problemsOf(checked, isAccepted);
  const { simulated } = checked;
  if (checked.models.length > 0) print(modelTable(checked.models));
  if (options.model === undefined) print(`\n${propertyTable(properties)}`);
  if (checked.kills.length > 0) print(`\n${mutantTable(checked.kills)}`);
  if (options.shows === "theorems") print(`\n${theoremTable(properties)}`);
  const told = checked.counterexamples.map((found) => tell(found, core));
  for (const { story, table, verdict } of told) print(`\n${story.title}\n\n${table}\n\n${verdict}`);
  const [first] = told;
  if (options.html !== undefined) {
    if (first !== undefined) writeFileSync(options.html, pageOf(first.story));
    print(
      first === undefined
        ? "\nno counterexample to be drawn; --witness ID draws how a situation comes about"
        : `\nwritten as a page: ${options.html}`,
    );
  }
  if (options.json !== undefined) writeJson(options.json, options.seed, checked, properties);
  if (simulated.runs > 0)
    print(
      `\n${simulated.runs} simulated ${simulated.runs === 1 ? "run" : "runs"} from seed ${simulated.seed} on, ${simulated.failovers} failovers`,
    );
  for (const problem of problems) print(`\n${problem}`);
  print(`\nseed ${options.seed}: ${problems.length === 0 ? "everything that was asked is as promised" : "NOT as promised"}`);
  return problems.length === 0 ? 0 : 1;
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options.shows === "help") print(HELP);
  else if (options.shows === "catalogue") print(catalogueTable());
  else if (options.shows === "theorems" && options.depth === "daily") print(`${theoremTable()}\n\n${theoremLegend}`);
  else if (options.shows === "faults") print(faultTable(met(chosen(options), (line) => void process.stderr.write(`${line}\n`))));
  else if (options.writes === "readme") writeReadme();
  else if (options.trace !== undefined) return replay(options.trace);
  else return options.core === undefined ? run(options, CORE) : withOwnCore(options.core, (core) => run(options, core));
  return 0;
};

// Whoever reads only the beginning, as `head` does, is not told of it as of an error.
process.stdout.on("error", (problem: NodeJS.ErrnoException) => process.exit(problem.code === "EPIPE" ? 0 : 1));

try {
  process.exitCode = await main();
} catch (problem) {
  if (!(problem instanceof Misasked)) throw problem;
  process.stderr.write(`gungnir-properties: ${problem.message}\nWhat to do: gungnir-properties --help shows what can be asked.\n`);
  process.exitCode = 2;
}
