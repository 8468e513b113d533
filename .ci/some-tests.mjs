// `npm run scenarios` and `npm run conformance`, `[-- [--json FILE] [--api-server real] [NAME …]]`: one part of `npm test` by itself and
// with all there is in it: ten failovers in a row instead of four, and minutes of quiet instead of seconds. NAME picks files, as
// `failovers`. With --api-server real (or GUNGNIR_API_SERVER=real) the sandbox runs on kube-apiserver and etcd from the folder that
// KUBEBUILDER_ASSETS names; a test of what an old one does not serve is left out, with the reason. FILE receives the report in the JSON shape of Vitest's reporter:
// { numPassedTests, numFailedTests, testResults: [{ name, assertionResults: [{ title, status, duration }] }] }, durations in ms.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tableOf } from "./conformance-table.mjs";

const root = join(import.meta.dirname, "..");
const [part = "", ...asked] = process.argv.slice(2);
let given;
try {
  given = parseArgs({ args: asked, options: { json: { type: "string" }, "api-server": { type: "string" } }, allowPositionals: true });
} catch (error) {
  console.error(`${part}: ${error.message}\nusage: npm run ${part} -- [--json FILE] [--api-server embedded|real] [NAME …]`);
  process.exit(2);
}
const { values, positionals } = given;
const apiServer = values["api-server"] ?? process.env.GUNGNIR_API_SERVER ?? "embedded";
if (apiServer !== "embedded" && apiServer !== "real") {
  console.error(`${part}: the API server is "${apiServer}" (--api-server or GUNGNIR_API_SERVER); it must be embedded or real`);
  process.exit(2);
}
const workshop = part === "conformance" ? mkdtempSync(join(tmpdir(), "gungnir-conformance-")) : undefined;
const json = values.json ?? (workshop === undefined ? undefined : join(workshop, "report.json"));
const report = json === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${json}`];
const names = positionals.length === 0 ? [part] : positionals.map((name) => `${part}/${name}`);
const args = ["run", "--config=.ci/vitest.config.ts", ...report, ...names.map((name) => `shell/integration/${name}`)];
const child = spawn("vitest", args, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, GUNGNIR_SCENARIOS: "long", GUNGNIR_API_SERVER: apiServer },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`${part}: vitest does not start: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code) => {
  if (workshop !== undefined) {
    if (existsSync(json)) console.log(`\n${tableOf(JSON.parse(readFileSync(json, "utf8")))}`);
    rmSync(workshop, { recursive: true, force: true });
  }
  process.exit(code ?? 1);
});
