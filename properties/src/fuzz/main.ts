// `npm run fuzz:resp3 -- [--seconds N] [--seed N] [--keep] | --replay FILE`: tries the codec and its readers with inputs nobody thought of, and
// judges each by the laws in laws.ts. Exit code 1 and a reproducer where one is broken.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { corpus, corpusFolder, keep, readReproducer, writeReproducer } from "./corpus.ts";
import { watch } from "./coverage.ts";
import { slowdownBy } from "./growth.ts";
import { violationBy } from "./laws.ts";
import { fuzz, type Progress } from "./run.ts";
import { latin1 } from "./tokens.ts";

const HELP = `npm run fuzz:resp3 -- [--seconds N] [--seed N] [--longest N] [--keep] | --replay FILE

  --seconds N    how long; 60 if left out
  --seed N       begins with the same choices as another run of this seed; a new one if left out
  --longest N    bytes of an input at most; 2048 if left out
  --keep         adds what did something new to properties/corpus/resp3/seeds.jsonl
  --replay FILE  judges one input, as a run has written it
  --help
`;

const wholeOf = (name: string, value: string, from: number): number => {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= from) return number;
  return fail(`--${name} is "${value}"; it must be a whole number from ${from} on`);
};

const fail = (problem: string): never => {
  process.stderr.write(`fuzz:resp3: ${problem}\n\n${HELP}`);
  return process.exit(2);
};

const options = () => {
  try {
    return parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string", default: String(Date.now() % 2 ** 32) },
        longest: { type: "string", default: "2048" },
        keep: { type: "boolean", default: false },
        replay: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (problem) {
    return fail(problem instanceof Error ? problem.message : String(problem));
  }
};

const replay = (path: string): number => {
  const input = readReproducer(path);
  process.stdout.write(`${input.length} bytes: ${JSON.stringify(latin1(input))}\n`);
  const violation = violationBy(input) ?? slowdownBy(input);
  process.stdout.write(violation === undefined ? "every law holds\n" : `BROKEN ${violation.law}\n${violation.detail}\n`);
  return violation === undefined ? 0 : 1;
};

const said = (began: number, { inputs, pool, kept, blocks }: Progress): string => {
  const seconds = (performance.now() - began) / 1000;
  return `${seconds.toFixed(0)} s: ${inputs} inputs (${(inputs / seconds).toFixed(0)} a second), ${blocks} blocks of the codec, ${pool} in the pool, ${kept} of them new`;
};

const search = async (seconds: number, seed: number, longest: number, keeps: boolean): Promise<number> => {
  const coverage = await watch("/core/src/resp3/");
  const began = performance.now();
  const until = began + 1000 * seconds;
  process.stdout.write(`fuzz:resp3: seed ${seed}, ${seconds} s\n`);
  let told = began;
  const run = await fuzz({
    seed,
    corpus: corpus(longest),
    longest,
    coverage,
    goesOn: () => performance.now() < until,
    progress: (progress) => {
      if (performance.now() - told < 5000) return;
      told = performance.now();
      process.stdout.write(`${said(began, progress)}\n`);
    },
  });
  await coverage.stop();
  process.stdout.write(`${said(began, run)}\n`);
  if (keeps) keep(run.found);
  if (run.failure === undefined) return 0;
  const { law, detail, input } = run.failure;
  const path = writeReproducer(corpusFolder, input);
  process.stdout.write(
    `BROKEN ${law}\n${detail}\n${input.length} bytes: ${JSON.stringify(latin1(input))}\nreplay: npm run fuzz:resp3 -- --replay ${path}\n`,
  );
  return 1;
};

const given = options();
if (given.help) {
  process.stdout.write(HELP);
} else if (given.replay === undefined) {
  const seconds = wholeOf("seconds", given.seconds, 1);
  process.exitCode = await search(seconds, wholeOf("seed", given.seed, 0), wholeOf("longest", given.longest, 1), given.keep);
} else {
  try {
    readFileSync(given.replay);
  } catch {
    fail(`--replay "${given.replay}" cannot be read; it must be a file that a run has written`);
  }
  process.exitCode = replay(given.replay);
}
