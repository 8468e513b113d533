// `node --conditions=gungnir-source properties/src/models/tiny/write.ts`: searches every tiny world and writes what it comes to; says what became
// of promises, and which decisions were met in how many states.
import { readFileSync, writeFileSync } from "node:fs";
import { step } from "@gungnir/core";
import { searchTiny } from "./tiny.ts";
import { TINY } from "./worlds.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const met = new Map<string, number>();
const lines = TINY.map((tiny) => {
  const { broken, states, transitions, decisions, met: here } = searchTiny(tiny, { step });
  for (const [decision, times] of here) met.set(decision, (met.get(decision) ?? 0) + times);
  say(`${tiny.name}: ${states} states${broken.map((sentence) => `; BROKEN ${sentence}`).join("")}`);
  if (broken.length > 0) process.exitCode = 1;
  return `  ${JSON.stringify(tiny.name)}: { states: ${states}, transitions: ${transitions}, decisions: "${decisions}" },\n`;
});
say(
  [...met]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([decision, times]) => `${decision} ${times}`)
    .join(", "),
);

const file = new URL("counts.ts", import.meta.url);
const [head = ""] = readFileSync(file, "utf8").split(/(?<=\/\/ the sums\n)/);
writeFileSync(file, `${head}export const SUMS: { readonly [world: string]: Sum } = {\n${lines.join("")}};\n`);
