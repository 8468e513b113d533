// `npm run scenarios [-- --json FILE] [-- NAME …]`: the scenarios of `npm test` with everything in them, ten failovers instead of four and
// minutes instead of seconds. NAME picks files, as `failovers`. FILE receives the report in the JSON shape of Vitest's reporter:
// { numPassedTests, numFailedTests, testResults: [{ name, assertionResults: [{ title, status, duration }] }] }, durations in ms.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../../..");
let given;
try {
  given = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
} catch (error) {
  console.error(`scenarios: ${error.message}\nusage: npm run scenarios -- [--json FILE] [NAME …]`);
  process.exit(2);
}
const { values, positionals } = given;
const report = values.json === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${values.json}`];
const names = positionals.length === 0 ? [""] : positionals;
const args = ["run", "--config=.ci/vitest.config.ts", ...report, ...names.map((name) => `shell/integration/scenarios/${name}`)];
const child = spawn("vitest", args, { cwd: root, stdio: "inherit", env: { ...process.env, GUNGNIR_SCENARIOS: "long" } });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`scenarios: vitest does not start: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code) => process.exit(code ?? 1));
