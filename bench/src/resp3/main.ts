// npm run bench:resp3: the codec beside its peers, on the same machine, in the same run, taking turns round by round. What the figures mean
// and do not mean is said in bench/README.md.
import { writeFile } from "node:fs/promises";
import { parseArguments, usage, type Arguments } from "./arguments.ts";
import { asides, entries, type Entry } from "./entries.ts";
import { hostileBounds, hostileFigures, hostileTable, measureHostile } from "./hostile/table.ts";
import { buildHiredis, type Built } from "./hiredis/build.ts";
import { versions } from "./machine.ts";
import { measure } from "./measure.ts";
import { intoReadme } from "./readme.ts";
import { allocationTable, figuresOf, type Line, ratiosIn, speedTable, verdict } from "./report.ts";
import { HIREDIS, WINDOWS } from "./target.ts";
import { endOnSignals } from "./temporary.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const bench = async (asked: Arguments): Promise<number> => {
  const hiredis = asked.isPeer(HIREDIS) ? await buildHiredis() : undefined;
  if (hiredis !== undefined && "missing" in hiredis) say(`hiredis is left out: ${hiredis.missing}`);
  const program = hiredis !== undefined && "program" in hiredis ? hiredis : undefined;
  return asked.hostile ? hostile(asked, program) : speed(asked, program);
};

const speed = async (asked: Arguments, hiredis: Built | undefined): Promise<number> => {
  const chosen = entries.filter(({ kind, row, mode }) => asked.isRow(kind, row, mode));
  if (chosen.length === 0) {
    say(`no row is called that; there are:\n${entries.map(({ kind, row, mode }) => `  ${kind} ${row}, ${mode}`).join("\n")}`);
    return 2;
  }
  const lines: Line[] = [];
  for (const entry of chosen) {
    const line = { entry, measured: await measureEntry(entry, asked, hiredis?.program) };
    lines.push(line);
    const ratios = ratiosIn(line);
    const reached = [
      `${(ratios.best?.median ?? Number.NaN).toFixed(2)} × the best peer in JavaScript`,
      ...entry.targets.map((target) => verdict(target, ratios, ratiosIn(line, WINDOWS))),
    ];
    say(`${lines.length}/${chosen.length}  ${entry.kind} ${entry.row}, ${entry.mode}: ${reached.join("; ")}`);
  }
  const machine = await versions(hiredis);
  const text = [
    `${machine} ${asked.rounds} rounds${asked.clock === "cpu" ? ", timed by the thread" : ""}.`,
    ...tables(lines, asked.allocations),
  ].join("\n\n");
  if (asked.json !== "-") console.log(text);
  if (asked.json !== undefined) await writeJson(asked.json, { machine, rounds: asked.rounds, rows: lines.map(figuresOf) });
  if (asked.writeReadme) await intoReadme("resp3", text);
  return 0;
};

const hostile = async (asked: Arguments, hiredis: Built | undefined): Promise<number> => {
  const { isPeer, isRow } = asked;
  const lines = await measureHostile({ isPeer, isInput: (name) => isRow("hostile", name, ""), hiredis: hiredis?.program, say });
  const machine = await versions(hiredis);
  const text = [`${machine} ${hostileBounds}`, hostileTable(lines, "large"), hostileTable(lines, "small")].join("\n\n");
  if (asked.json !== "-") console.log(text);
  if (asked.json !== undefined) await writeJson(asked.json, { machine, hostile: lines.map(hostileFigures) });
  if (asked.writeReadme) await intoReadme("resp3 hostile", text);
  return 0;
};

const measureEntry = (
  entry: Entry,
  { rounds, allocations, clock, isPeer }: Arguments,
  hiredis: string | undefined,
): Promise<Line["measured"]> =>
  measure({
    entry,
    rounds,
    allocations,
    clock,
    hiredis,
    contestants: entry.contestants.filter((name) => name === "ours" || isPeer(name) || (asides.includes(name) && isPeer("asides"))),
  });

const tables = (lines: readonly Line[], allocations: boolean): readonly string[] =>
  (["decode", "encode"] as const).flatMap((kind) => {
    const those = lines.filter(({ entry }) => entry.kind === kind);
    if (those.length === 0) return [];
    const title = kind === "decode" ? "Decoders, MB/s: median (quartiles)" : "Encoders, MB/s of encoded bytes: median (quartiles)";
    const unit = kind === "decode" ? "reply" : "command";
    return [`**${title}**`, speedTable(those), ...(allocations ? [`**Bytes allocated for one ${unit}**`, allocationTable(those)] : [])];
  });

const writeJson = async (target: string, figures: object): Promise<void> => {
  const text = `${JSON.stringify(figures, undefined, 2)}\n`;
  if (target === "-") process.stdout.write(text);
  else await writeFile(target, text);
};

endOnSignals();
const parsed = parseArguments(process.argv.slice(2));
if (parsed === "help") console.log(usage);
else if ("problem" in parsed) {
  console.error(`${parsed.problem}\n\n${usage}`);
  process.exitCode = 2;
} else process.exitCode = await bench(parsed);
