// The example in core's README is a program that runs, against a real server, and the README shows it as it is.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { defaultLimits } from "@gungnir/core/resp3";
import { afterEach, expect, test } from "vitest";
import { startValkey } from "../src/valkey/testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const program = join(import.meta.dirname, "readme/client.ts");

const readme = (): Promise<string> => readFile(join(import.meta.dirname, "../../core/README.md"), "utf8");

test("the README of core shows the program", async () => {
  const shown = await readme();
  expect(shown).toContain(`\`\`\`ts\n${await readFile(program, "utf8")}\`\`\`\n`);
});

test("and the limits as they are", async () => {
  const rows = (await readme()).matchAll(/^\| `(\w+)` +\| +([\d,]+) \|/gm);
  expect(Object.fromEntries(Array.from(rows, ([, limit, value]) => [limit, Number(value?.replaceAll(",", ""))]))).toEqual(defaultLimits);
});

test("the program talks to a real server", async () => {
  const { port, stop } = await startValkey();
  cleanUps.push(stop);
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=gungnir-source", program, String(port)]);
  expect(stdout).toBe(`"it’s \\r\\n bytes"\n{ _tag: 'Ok', value: { _tag: 'Primary', offset: 0n, replicas: [] } }\n`);
});
