#!/usr/bin/env node
// Starts the spec check: from its sources in a checkout, which Node 24 runs as they are, and from what was built in an installed package.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { totalmem } from "node:os";
import { fileURLToPath } from "node:url";

if (parseInt(process.versions.node, 10) < 24) {
  console.error(`gungnir-properties: Node 24 or newer is needed; this is ${process.version}.`);
  console.error("What to do: in a checkout, `npm run properties -- …` brings its own; else install Node 24 and have it first on the PATH.");
  process.exit(1);
}
const place = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const isCheckout = existsSync(place("tsconfig.json"));
// Millions of states want memory, of which Node takes a few gigabytes unless it is told.
const memory = `--max-old-space-size=${Math.floor((totalmem() * 0.7) / 2 ** 20)}`;
const args = isCheckout ? ["--conditions=gungnir-source", place("src/cli.ts")] : [place("dist/cli.js")];
const child = spawn(process.execPath, [memory, ...args, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
