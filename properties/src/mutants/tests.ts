// Mutants against tests: laws, runs driven by hand, tests of the shell and of manifests. One process runs them all.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Job, type Ran, ranIn } from "./job.ts";
import type { Expected, Trial } from "./mutant.ts";
import { ROOT, siblingOf } from "./patch.ts";

type ByTest = Extract<Expected, { _tag: "Test" }>;

/** Tests are not in the package that is installed. */
export const canRunTests = (): boolean => existsSync(join(ROOT, ".ci/vitest.setup.ts"));

export type Asked = { readonly folder: string; readonly mutant: string; readonly expected: ByTest };

/** In the order in which they were asked. */
export const runTests = async (asked: readonly Asked[]): Promise<readonly Trial[]> => {
  if (asked.length === 0) return [];
  const jobs = asked.map(({ folder, mutant, expected: { file, titled } }, at): Job => ({
    id: `${mutant} ${at}`,
    folder,
    file,
    titled: escaped(titled),
  }));
  const first = await run(jobs);
  // On a busy machine a worker may not have come up in time: what was not run says nothing yet.
  const left = jobs.filter(({ id }) => !first.some((one) => one.id === id));
  const ran = left.length === 0 ? first : [...first, ...(await run(left))];
  return asked.map(({ expected }, at) =>
    judge(
      expected,
      ran.find(({ id }) => id === jobs[at]?.id),
    ),
  );
};

const run = async (jobs: readonly Job[]): Promise<readonly Ran[]> => {
  // Where a server that was fetched is kept: a planted folder has none of its own.
  const env = { GUNGNIR_CACHE: join(ROOT, ".cache"), ...process.env };
  const program = siblingOf("run-tests");
  const child = spawn(process.execPath, ["--conditions=gungnir-source", program], { stdio: ["pipe", "pipe", "pipe"], env });
  const ended = new Promise<number | null>((done, failed) => void child.on("close", done).on("error", failed));
  child.stdin.end(JSON.stringify(jobs));
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const start = out.indexOf(START);
  if (code === 0 && start >= 0) return ranIn(JSON.parse(out.slice(start + START.length)));
  throw new Error(`the tests of the mutants ended with ${code}: ${(said || out).slice(-2_000)}`);
};

/** What stands before the results: a test may say something as well. */
export const START = "\nran: ";

const judge = ({ property, file, titled }: ByTest, ran: Ran | undefined): Trial => {
  const states = 0;
  const missing = (why: string): Trial => ({ states, missing: `${property} by "${titled}" in ${file}: ${why}` });
  if (ran === undefined) return missing("was not run");
  const [problem] = ran.problems;
  if (problem !== undefined) return missing(`does not load: ${problem}`);
  const titles = ran.tests.filter(({ title, state }) => title.includes(titled) && (state === "passed" || state === "failed"));
  if (titles.length === 0) return missing("there is no such test");
  const failed = titles.filter(({ state }) => state === "failed");
  const found = failed.find(({ errors }) => !errors.some(isCrash));
  if (found !== undefined) {
    const message = saidBy(found.errors.map((error) => error.message));
    return { states, killer: { property, by: "test", where: `${file} › ${found.title}`, message, steps: undefined } };
  }
  return missing(failed.length === 0 ? "passes" : `crashes instead of finding it: ${failed[0]?.errors[0]?.message.slice(0, 200)}`);
};

/** What did not hold, and for which of the values that were tried. */
const saidBy = (messages: readonly string[]): string => {
  const tried = messages.flatMap((message) => /^Counterexample: .*$/m.exec(message)?.[0].slice(0, 200) ?? []);
  return [...messages.slice(-1).map((message) => message.slice(0, 200)), ...tried].join("; ");
};

/** A program that falls over has not been found wrong: it would be noticed without any property. */
const isCrash = ({ name, message }: { readonly name: string; readonly message: string }): boolean =>
  CRASHES.some((crash) => name === crash || message.includes(`${crash}: `));
const CRASHES = ["TypeError", "ReferenceError", "SyntaxError", "RangeError"];

const escaped = (plain: string): string => plain.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
