#!/usr/bin/env node
// Starts `gungnir` from its sources, which Node 24 runs as they are; the condition makes the workspace's packages their sources too.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

if (parseInt(process.versions.node, 10) < 24) {
  console.error(`gungnir: Node 24 or newer is needed; this is ${process.version}.`);
  console.error("What to do: in a checkout, `npm run operator -- …` brings its own; else install Node 24 and have it first on the PATH.");
  process.exit(1);
}
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const child = spawn(process.execPath, ["--conditions=gungnir-source", main, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
