// What became of each drawn mutant, as a table.
import { REMARKS, whyEquivalent } from "./equivalent.ts";
import type { Listed } from "./list.ts";
import type { Trial } from "./trial.ts";

export type Draw = { readonly seed: number; readonly of: number; readonly trials: readonly Trial[] };

export const verdictOf = (trial: Trial): "found" | "equivalent" | "SURVIVED" =>
  trial.killer !== undefined ? "found" : whyEquivalent(trial.mutant) === undefined ? "SURVIVED" : "equivalent";

const oneLine = (text: string, most: number): string => {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  return flat.length > most ? `${flat.slice(0, most - 1)}…` : flat;
};

export const nameOf = ({ file, line, operator, original, replacement }: Listed): string =>
  `${file.replace("core/src/", "")}:${line} ${operator}: ${oneLine(original, 60)} → ${oneLine(replacement, 60)}`;

export const toldOf = (trial: Trial): string => {
  const { killer, also } = trial;
  if (killer === undefined) return [whyEquivalent(trial.mutant), ...also].filter((one) => one !== undefined).join("; ");
  const length = killer.steps === undefined ? "" : `, ${killer.steps} steps`;
  return `${killer.property} by ${killer.where}${length}: ${oneLine(killer.message, 120)}`;
};

/** In a cell of a table of markdown. */
const cell = (text: string): string => text.replaceAll("|", String.raw`\|`);
const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

const sectionOf = ({ seed, of, trials }: Draw): string => {
  const count = (verdict: ReturnType<typeof verdictOf>): number => trials.filter((trial) => verdictOf(trial) === verdict).length;
  const rows = trials.map((trial, at) => {
    const { file, line, operator, original, replacement } = trial.mutant;
    const change = `${code(oneLine(original, 60))} → ${code(oneLine(replacement, 60))}`;
    return [`${at + 1}`, `${file.replace("core/src/", "")}:${line}`, operator, change, verdictOf(trial), toldOf(trial)].map(cell);
  });
  const header = ["", "where", "operator", "change", "verdict", "by"];
  return `## Seed ${seed}

${trials.length} of ${of} mutants: ${count("found")} found, ${count("equivalent")} equivalent, ${count("SURVIVED")} survived.${REMARKS[seed] === undefined ? "" : ` ${REMARKS[seed]}`}

${[header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}
`;
};

const SECTION = /^## Seed (\d+)$/m;

/** The runs that stand in a page already, by their seeds. */
const sectionsIn = (page: string): ReadonlyMap<number, string> => {
  const [, ...parts] = page.split(SECTION);
  return new Map(
    parts.flatMap((seed, at) => (at % 2 === 0 ? [[Number(seed), `## Seed ${seed}${parts[at + 1] ?? ""}`.trimEnd()] as const] : [])),
  );
};

/** The page with these runs; those of other seeds that were `before` stay as they are. */
export const pageOf = (draws: readonly Draw[], before = ""): string => {
  const sections = new Map([...sectionsIn(before), ...draws.map((one) => [one.seed, sectionOf(one).trimEnd()] as const)]);
  return `${HEADER}\n${[...sections.values()].join("\n\n")}\n`;
};

const HEADER = `# Mutants that nobody chose

Twenty mutants for each seed, drawn from all that Stryker's operators make of deciding, losing the primary, choosing another, counting
members, detecting and replicating, each planted by itself; those that the type checker would refuse are among them. What has to find
them is the specification: models, simulation, laws and the counterexamples that are kept. The unit tests of core are not asked. A killer of the
models has a counterexample of so many steps, the shortest there is.

Each section was written by \`npm run mutation:drawn -- --seed N --write\`, which takes a minute or two for each mutant. The lot of a mutant hangs on
its own words and the seed, so that code that comes or goes elsewhere does not change who is drawn.
`;
