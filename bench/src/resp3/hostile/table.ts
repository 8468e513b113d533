// Hostile input in all decoders, and the two tables of it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../temporary.ts";
import { lengthPrefixed } from "../workers.ts";
import { contestants } from "./decoders.ts";
import { large, small } from "./inputs.ts";
import type { Figures } from "./outcome.ts";
import { bounded, bounds } from "./run.ts";

export type HostileLine = {
  readonly kind: "large" | "small";
  readonly input: string;
  /** Of each size, the last one the largest. */
  readonly outcomes: ReadonlyMap<string, readonly Figures[]>;
};

export type HostileAsked = {
  readonly isInput: (name: string) => boolean;
  readonly isPeer: (name: string) => boolean;
  readonly hiredis: string | undefined;
  readonly say: (line: string) => void;
};

export const measureHostile = async ({ isInput, isPeer, hiredis, say }: HostileAsked): Promise<readonly HostileLine[]> => {
  const lines: HostileLine[] = [];
  const inputs = [
    ...large.map((input) => ({ ...input, kind: "large" as const })),
    ...small.map((input) => ({ ...input, kind: "small" as const })),
  ];
  for (const input of inputs.filter(({ name }) => isInput(name))) {
    const outcomes = new Map<string, readonly Figures[]>();
    const sizes = input.kind === "large" ? input.sizes : [0];
    for (const { name, protocol } of contestants) {
      if (protocol < input.protocol || !(name.startsWith("ours") || isPeer(name))) continue;
      outcomes.set(name, await each(sizes, (size) => inJavaScript([name, input.kind, input.name, String(size)])));
    }
    if (hiredis !== undefined) {
      const chunksOf = (size: number): Iterable<Buffer> =>
        input.kind === "large" ? input.chunks(size) : [Buffer.from(input.input, "latin1")];
      outcomes.set("hiredis", await each(sizes, (size) => inC(hiredis, chunksOf(size))));
    }
    lines.push({ kind: input.kind, input: input.name, outcomes });
    say(`${input.name}: ${[...outcomes].map(([name, figures]) => `${name} ${cellOf(input.kind, figures)}`).join("; ")}`);
  }
  return lines;
};

/** A process that has died of a size is not asked for a larger one. */
const each = async (sizes: readonly number[], run: (size: number) => Promise<Figures>): Promise<readonly Figures[]> => {
  const all: Figures[] = [];
  for (const size of sizes) {
    const figures = await fastest(sizes.length === 1 ? 1 : RUNS, () => run(size));
    all.push(figures);
    if (figures.outcome._tag === "Died") break;
  }
  return all;
};

/** How time grows is seen in the least disturbed of several runs; of what takes long, one is enough. */
const RUNS = 3;
const LONG_S = 1;

const fastest = async (runs: number, run: () => Promise<Figures>): Promise<Figures> => {
  let best = await run();
  for (let done = 1; done < runs && best.outcome._tag !== "Died" && best.seconds < LONG_S; done++) {
    const next = await run();
    if (next.outcome._tag !== "Died" && next.seconds < best.seconds) best = next;
  }
  return best;
};

const inJavaScript = (args: readonly string[]): Promise<Figures> =>
  bounded(process.execPath, [...process.execArgv, "--expose-gc", join(import.meta.dirname, "worker.ts"), ...args]);

const inC = (program: string, chunks: Iterable<Buffer>): Promise<Figures> =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "input"), lengthPrefixed([...chunks]));
    return await bounded(program, [join(folder, "input"), "hostile", "wall"]);
  });

/** The documented JSON, of one line; the largest size that did not kill the process, or what did. */
export const hostileFigures = ({ kind, input, outcomes }: HostileLine): object => ({
  kind,
  input,
  contestants: Object.fromEntries(
    [...outcomes].map(([name, figures]) => [name, { ...figures.at(-1), growth: growthOf(figures) ?? null, cell: cellOf(kind, figures) }]),
  ),
});

export const hostileTable = (lines: readonly HostileLine[], kind: HostileLine["kind"]): string => {
  const those = lines.filter((line) => line.kind === kind);
  const names = [...new Set(those.flatMap(({ outcomes }) => [...outcomes.keys()]))].filter(
    (name) => kind === "large" || name !== "ours, without limits",
  );
  const rows = those.map(({ input, outcomes }) => [input, ...names.map((name) => cellOf(kind, outcomes.get(name) ?? []))]);
  return [["input", ...names], ["---", ...names.map(() => "---")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

const cellOf = (kind: HostileLine["kind"], figures: readonly Figures[]): string => {
  const last = figures.at(-1);
  if (last === undefined) return "–";
  return kind === "small" ? smallCell(last) : largeCell(last, growthOf(figures));
};

const smallCell = ({ outcome, replies, shown }: Figures): string => {
  const values = shown.map((text) => `\`${text === "" ? '""' : text}\``);
  switch (outcome._tag) {
    case "Took":
      return replies === 0 || !isWhole(shown) ? [...values, "waits"].join(", ") : values.join(", ");
    case "Refused":
      return [...values, "refused"].join(", ");
    case "Threw":
      return [...values, `throws “${outcome.message}”`].join(", ");
    case "Died":
      return `**${outcome.how}**`;
  }
};

/** Each of these inputs ends with a whole reply; who has not seen it takes it for part of something else. */
const isWhole = (shown: readonly string[]): boolean => shown.length === 1 || shown.at(-1) === "after";

const largeCell = ({ outcome, replies, seconds, fedBytes, peakBytes }: Figures, growth: number | undefined): string => {
  if (outcome._tag === "Died") return `**${outcome.how}**`;
  const what =
    outcome._tag === "Refused"
      ? `refused after ${bytesOf(fedBytes)}`
      : outcome._tag === "Threw"
        ? `throws “${outcome.message}”`
        : replies === 0
          ? "waits"
          : "a value";
  const time = `${seconds < 0.01 ? (seconds * 1000).toFixed(1) : Math.round(seconds * 1000)} ms${growth === undefined ? "" : ` (× ${growth.toFixed(1)})`}`;
  const share = fedBytes >= 2 ** 20 ? ` (${(peakBytes / fedBytes).toFixed(1)} ×)` : "";
  return `${what}, ${time}, ${bytesOf(peakBytes)}${share}`;
};

/** Time of the largest size over that of the one before, which is half of it; 2 is linear. Undefined where there is too little to see. */
export const growthOf = (figures: readonly Figures[]): number | undefined => {
  const [before, last] = figures.slice(-2);
  if (before === undefined || last === undefined) return undefined;
  return last.fedBytes < 1.5 * before.fedBytes || before.seconds < 0.005 ? undefined : last.seconds / before.seconds;
};

const bytesOf = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 2 ** 20
      ? `${Math.round(bytes / 1024)} KiB`
      : `${(bytes / 2 ** 20).toFixed(bytes < 100 * 2 ** 20 ? 1 : 0)} MiB`;

export const hostileBounds = `Bounds: ${bounds.seconds} s, ${bounds.bytes / 2 ** 30} GiB.`;
