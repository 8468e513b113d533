// `npm run conformance:world -- [--seconds N] [--seed S] [--length L] [--at-once K] [--version 8.0.1|trixie|sid|all] [--script FILE] [--json FILE]`
// Generated scripts on the Valkey half of the world model and on real servers, until the time is over or they differ: then the script is
// made shorter, printed, and printed once more as JSON for --script, which runs that one.
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { findValkey, type Valkey } from "../../src/sandbox/valkey-binary.ts";
import { checkMany, type Checked, openBench, type Summary } from "./many.ts";
import { follow } from "./run.ts";
import { describeStep, parseScript, type Script } from "./step.ts";
import { SUITES, valkeyOf } from "./versions.ts";
import { WITNESS_NAMES } from "./witnesses.ts";

const USAGE =
  "usage: npm run conformance:world -- [--seconds N] [--seed S] [--length L] [--at-once K] [--version own|trixie|sid|all] [--script FILE] [--json FILE]";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} is "${text}"; it has to be a whole number from 1 on.\n${USAGE}`);
  return value;
};

const options = () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string" },
      length: { type: "string", default: "30" },
      "at-once": { type: "string", default: "6" },
      version: { type: "string", default: "own" },
      script: { type: "string" },
      json: { type: "string" },
    },
  });
  return {
    seconds: whole("seconds", values.seconds),
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) + 1 : whole("seed", values.seed),
    length: whole("length", values.length),
    atOnce: whole("at-once", values["at-once"]),
    version: values.version,
    script: values.script,
    json: values.json,
  };
};

const chosen = async (version: string): Promise<readonly Valkey[]> => {
  if (version === "own") return [await findValkey()];
  if (version === "all") return [await findValkey(), ...(await Promise.all(SUITES.map((suite) => valkeyOf(suite))))];
  const suite = SUITES.find((name) => name === version);
  if (suite === undefined) throw new Error(`--version is "${version}"; it has to be own, ${SUITES.join(", ")} or all.\n${USAGE}`);
  return [await valkeyOf(suite)];
};

const printScript = (script: Script): void => {
  for (const [index, step] of script.entries()) say(`  ${String(index + 1).padStart(2)}  ${describeStep(step)}`);
};

const check = async (valkey: Valkey, { seconds, seed, length, atOnce }: ReturnType<typeof options>): Promise<Checked> => {
  const deadline = performance.now() + seconds * 1000;
  let told = performance.now();
  const onScript = ({ scripts, steps }: Summary): void => {
    if (performance.now() < told + 10_000) return;
    told = performance.now();
    say(`valkey ${valkey.version}: ${scripts} scripts, ${steps} steps`);
  };
  const checked = await checkMany(valkey, { seed, length, atOnce, goesOn: () => performance.now() < deadline, onScript });
  say(
    `valkey ${valkey.version}, from seed ${seed}: ${checked.scripts} scripts, ${checked.steps} steps, at most ${checked.beliefs} states possible at once`,
  );
  for (const name of WITNESS_NAMES) say(`  ${String(checked.witnesses.get(name) ?? 0).padStart(5)}  ${name}`);
  if (checked.found !== undefined) {
    const { found } = checked;
    say(`seed ${found.seed} DIFFERS at "${found.difference.about}":`);
    for (const difference of found.difference.differences) say(`  ${difference}`);
    printScript(found.shrunk);
    say(`for --script: ${JSON.stringify(found.shrunk)}`);
  }
  return checked;
};

const replay = async (valkey: Valkey, file: string): Promise<boolean> => {
  const bench = await openBench(valkey);
  try {
    const { taken, difference } = await bench.run(follow(parseScript(await readFile(file, "utf8"))));
    printScript(taken);
    say(difference === undefined ? `valkey ${valkey.version}: they agree` : `valkey ${valkey.version} DIFFERS at "${difference.about}":`);
    for (const each of difference?.differences ?? []) say(`  ${each}`);
    return difference === undefined;
  } finally {
    await bench.close();
  }
};

try {
  const asked = options();
  const versions = await chosen(asked.version);
  const reports: { readonly version: string; readonly checked: Checked }[] = [];
  let agrees = true;
  for (const valkey of versions) {
    if (asked.script !== undefined) agrees = (await replay(valkey, asked.script)) && agrees;
    else {
      const checked = await check(valkey, asked);
      reports.push({ version: valkey.version, checked });
      agrees &&= checked.found === undefined;
    }
  }
  if (asked.json !== undefined)
    await writeFile(
      asked.json,
      `${JSON.stringify(
        reports.map(({ version, checked }) => ({ version, ...checked, witnesses: Object.fromEntries(checked.witnesses) })),
        undefined,
        2,
      )}\n`,
    );
  process.exitCode = agrees ? 0 : 1;
} catch (error) {
  process.stderr.write(`conformance:world: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
