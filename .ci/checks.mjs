// `npm test`: formatting, lint, types, the tests, and the packages as a stranger would install them. One line a check while
// it goes well, everything it said when it does not, and at the end `N passed, N failed` over all checks and tests.
// `npm test -- --json FILE`: { passed, failed, leftOut, checks: [{ name, ok, seconds }], files: [{ name, seconds, passed, failed, leftOut }] }
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { checkPackages } from "./packages.mjs";

const root = join(import.meta.dirname, "..");
let given;
try {
  given = parseArgs({ options: { json: { type: "string" } } }).values;
} catch (error) {
  console.error(`npm test: ${error.message}\nusage: npm test -- [--json FILE]`);
  process.exit(2);
}
const workshop = await mkdtemp(join(tmpdir(), "gungnir-checks-"));
const total = { passed: 0, failed: 0, leftOut: 0, checks: [], files: [] };

let running; // the program under way: what ends us ends it first, and then nothing more begins
let isEnding = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    isEnding = true;
    running?.kill("SIGTERM");
  });

/** Runs a program; answers with its exit code and all it said. */
export const run = (program, args, { cwd = root, show = false } = {}) =>
  new Promise((done) => {
    if (isEnding) return done({ code: 1, output: "not begun: ended by a signal" });
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    running = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        if (show) process.stdout.write(chunk);
      });
    child.on("error", (error) => done({ code: 1, output: `${program}: ${error.message}` }));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });

/** One check: counted, timed, and quoted in full where it failed. */
const check = async (name, body) => {
  const began = performance.now();
  const { code, output } = await body();
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  total.checks.push({ name, ok: code === 0, seconds });
  total[code === 0 ? "passed" : "failed"] += 1;
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
};

/** The tests, counted one by one; a file that does not even load counts as one failure. What was left out is named, and so is what took longest. */
const tests = async () => {
  const report = join(workshop, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run("vitest", ["run", "--config=.ci/vitest.config.ts", ...reporters], { show: true });
  const { testResults = [] } = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
  const files = testResults.map(({ name, startTime, endTime, assertionResults }) => {
    const count = (...states) => assertionResults.filter(({ status }) => states.includes(status)).length;
    return {
      name: relative(root, name),
      seconds: (endTime - startTime) / 1000,
      passed: count("passed"),
      failed: count("failed"),
      leftOut: count("skipped", "pending", "todo", "disabled"),
    };
  });
  const sum = (field) => files.reduce((before, file) => before + file[field], 0);
  total.passed += sum("passed");
  total.failed += code !== 0 && sum("failed") === 0 ? 1 : sum("failed");
  total.leftOut = sum("leftOut");
  total.files = files;
  const longest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, 5);
  console.log(`longest files: ${longest.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(", ")}`);
  if (total.leftOut > 0) {
    const places = files.filter(({ leftOut }) => leftOut > 0).map(({ name, leftOut }) => `${leftOut} in ${name}`);
    console.log(`${total.leftOut} tests left out (those with kubectl need a kubectl on the PATH): ${places.join(", ")}`);
  }
};

try {
  await check("formatting (prettier)", () => run("prettier", ["--check", "--log-level=warn", "."]));
  await check("lint and import guards (oxlint)", () => run("oxlint", ["--type-aware"]));
  await check("types (tsc)", () => run("tsc", ["-b", ".ci"]));
  await tests();
  await check("packages as installed by a stranger (npm pack)", () => checkPackages({ root, workshop: join(workshop, "packages"), run }));
} finally {
  await rm(workshop, { recursive: true, force: true });
}
if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify(total, undefined, 2)}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
