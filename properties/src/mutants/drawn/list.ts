// Every mutant that Stryker's operators make of the files in which decisions are taken: nobody chose these.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import type { Patch } from "../mutant.ts";
import { ROOT } from "../patch.ts";

/** The files drawn from: deciding, losing the primary, choosing another, counting members, detecting, replicating. */
export const FILES = ["decide", "failover", "promotion", "membership", "down", "replication"].map((name) => `core/src/${name}.ts`);

export type Place = { readonly line: number; readonly column: number };
/** What Stryker says of a mutant; lines and columns count from 0. */
export type Found = {
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Place; readonly end: Place };
};
export type Listed = {
  readonly file: string;
  readonly operator: string;
  /** From 1, as editors count. */
  readonly line: number;
  /** The line on which it begins, trimmed; with what is replaced it says which mutant it is, wherever the line moves to. */
  readonly context: string;
  readonly original: string;
  readonly replacement: string;
  readonly patch: Patch;
};

/** Stryker reports its progress to this; nobody listens. */
const silent = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
};

export const mutantsOf = async (file: string, text = readFileSync(join(ROOT, file), "utf8")): Promise<readonly Listed[]> => {
  const { mutants } = await new Instrumenter(silent).instrument([{ name: file, content: text, mutate: true }], {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  return mutants.map((mutant) => listed(file, text, mutant));
};

export const allMutants = async (files: readonly string[] = FILES): Promise<readonly Listed[]> =>
  (await Promise.all(files.map((file) => mutantsOf(file)))).flat();

/** Which mutant it is, wherever its line moves to. */
export const wordsOf = ({ file, operator, context, original, replacement }: Listed): string =>
  JSON.stringify([file, operator, context, original, replacement]);

export const listed = (file: string, text: string, { mutatorName, replacement, location }: Found): Listed => {
  const [start, end] = [offsetOf(text, location.start), offsetOf(text, location.end)];
  const original = text.slice(start, end);
  return {
    file,
    operator: mutatorName,
    line: location.start.line + 1,
    context: (text.split("\n")[location.start.line] ?? "").trim(),
    original,
    replacement,
    patch: { file, find: text, replace: `${text.slice(0, start)}${placed(mutatorName, replacement)}${text.slice(end)}` },
  };
};

/** An expression keeps its place among its neighbours, whatever binds how tightly; a block, a case and an empty statement are none. */
const placed = (operator: string, replacement: string): string =>
  operator === "BlockStatement" || replacement === ";" || /^(case\b|default:)/.test(replacement) ? replacement : `(${replacement})`;

const offsetOf = (text: string, { line, column }: Place): number =>
  text
    .split("\n")
    .slice(0, line)
    .reduce((offset, before) => offset + before.length + 1, column);
