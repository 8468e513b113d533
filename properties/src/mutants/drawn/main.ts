// `npm run mutation:drawn -- [--seed N]… [--count N] [--write]`: draws mutants by lot, and asks the specification for each.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { draw } from "./draw.ts";
import { whyEquivalent } from "./equivalent.ts";
import { keptIn } from "./found.ts";
import { allMutants, FILES, type Listed, wordsOf } from "./list.ts";
import { type Draw, nameOf, pageOf, toldOf, verdictOf } from "./page.ts";
import { type Trial, tryOne } from "./trial.ts";

const HELP = `npm run mutation:drawn -- [--seed N]… [--count N] [--write]

  --seed N    draws the same mutants from the same sources; may be given several times; a new one if left out
  --count N   how many of each seed; 20 if left out
  --only N    of these the Nth alone
  --list      says which are drawn, and asks nobody
  --keep FILE keeps what was found in FILE, and does not look again for what is in it: for a run that was stopped
  --write     writes the tables to properties/src/mutants/DRAWN.md, beside those of other seeds
  --help

Ends with 1 if one survived that is not known to be equivalent (properties/src/mutants/drawn/equivalent.ts).
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const fail = (problem: string): never => {
  process.stderr.write(`mutation:drawn: ${problem}\n\n${HELP}`);
  return process.exit(2);
};

const given = () => {
  try {
    return parseArgs({
      options: {
        seed: { type: "string", multiple: true },
        count: { type: "string", default: "20" },
        only: { type: "string" },
        keep: { type: "string" },
        list: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (problem) {
    return fail(problem instanceof Error ? problem.message : String(problem));
  }
};

const wholeOf = (name: string, value: string): number => {
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 ? number : fail(`--${name} is "${value}"; it must be a whole number from 1 on`);
};

const values = given();
if (values.help) {
  say(HELP);
  process.exit(0);
}
const seeds = (values.seed ?? [String(1 + (Date.now() % 1e9))]).map((seed) => wholeOf("seed", seed));
const count = wholeOf("count", values.count);
const only = values.only === undefined ? undefined : wholeOf("only", values.only);

/** Of the whole mutated source: where a line was changed since, it is another mutant. */
const keyOf = (mutant: Listed): string => createHash("sha256").update(mutant.patch.replace).digest("hex");
const kept = values.keep === undefined || !existsSync(values.keep) ? [] : keptIn(readFileSync(values.keep, "utf8"));

const all = await allMutants();
say(`${all.length} mutants of ${FILES.join(", ")}`);
const draws: Draw[] = [];
for (const seed of seeds) {
  say(`seed ${seed}:`);
  const trials: Trial[] = [];
  for (const [at, mutant] of draw(all, wordsOf, count, seed).entries()) {
    if (only !== undefined && at + 1 !== only) continue;
    say(`${at + 1}. ${nameOf(mutant)}`);
    if (values.list) continue;
    const known = kept.find((one) => one.patch === keyOf(mutant) && (one.killer !== null || whyEquivalent(mutant) !== undefined));
    const trial =
      known === undefined ? await tryOne(mutant, `drawn-${seed}-${at + 1}`) : { mutant, killer: known.killer ?? undefined, also: [] };
    if (known === undefined && values.keep !== undefined) {
      appendFileSync(values.keep, `${JSON.stringify({ patch: keyOf(mutant), killer: trial.killer ?? null })}\n`);
    }
    trials.push(trial);
    say(`   ${verdictOf(trial)}: ${toldOf(trial)}`);
  }
  draws.push({ seed, of: all.length, trials });
}
const trials = draws.flatMap((one) => one.trials);
const survivors = trials.filter((trial) => verdictOf(trial) === "SURVIVED");
if (!values.list) say(`${trials.length} mutants, ${survivors.length} survived`);
const PAGE = new URL("../DRAWN.md", import.meta.url);
if (values.write) writeFileSync(PAGE, pageOf(draws, existsSync(PAGE) ? readFileSync(PAGE, "utf8") : ""));
process.exitCode = survivors.length > 0 ? 1 : 0;
