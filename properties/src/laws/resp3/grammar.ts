// The server's own description of its commands (COMMAND DOCS and COMMAND INFO of a real one, in properties/goldens/commands.jsonl, written
// by shell/integration/commands/capture.ts) as a grammar: which sequences of words are the command, and which of its tokens were used.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Described = { readonly name: string; readonly arity: number; readonly arguments: readonly Part[] };

export type Part = {
  readonly name: string;
  readonly type: string;
  readonly token?: string;
  readonly flags?: readonly string[];
  readonly arguments?: readonly Part[];
};

/** By the server's name, such as `client|kill`. */
export const catalogue = (): ReadonlyMap<string, Described> => {
  const [, ...lines] = readFileSync(join(import.meta.dirname, "../../../goldens/commands.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return new Map(
    lines.map((line) => {
      const read: unknown = JSON.parse(line);
      if (!isDescribed(read)) throw new Error(`commands.jsonl holds a line without name, arity and arguments: ${line}`);
      return [read.name, read];
    }),
  );
};

const isDescribed = (read: unknown): read is Described =>
  typeof read === "object" &&
  read !== null &&
  "name" in read &&
  typeof read.name === "string" &&
  "arity" in read &&
  typeof read.arity === "number" &&
  "arguments" in read &&
  Array.isArray(read.arguments);

/** A way to read words: up to where, and by which tokens. */
type Reading = { readonly at: number; readonly tokens: readonly string[] };

/** The tokens by which all words after the name are read; undefined where they cannot be. A negative arity is a least number of words. */
export const tokensIn = ({ name, arity, arguments: parts }: Described, words: readonly string[]): readonly string[] | undefined => {
  if (arity < 0 ? words.length < -arity : words.length !== arity) return undefined;
  const readings = sequence(parts, words, { at: name.split("|").length, tokens: [] });
  return readings.find(({ at }) => at === words.length)?.tokens;
};

/** All tokens that the description has. */
export const tokensOf = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap(({ token, arguments: inner }) => [...(token === undefined ? [] : [token]), ...tokensOf(inner ?? [])]);

const sequence = (parts: readonly Part[], words: readonly string[], from: Reading): readonly Reading[] =>
  parts.reduce<readonly Reading[]>((readings, part) => readings.flatMap((reading) => some(part, words, reading)), [from]);

/** A part as often as its flags allow. */
const some = (part: Part, words: readonly string[], from: Reading): readonly Reading[] => {
  const has = (flag: string): boolean => part.flags?.includes(flag) === true;
  const first = has("multiple_token") ? [from] : tokenOf(part, words, from);
  const once = (reading: Reading): readonly Reading[] =>
    (has("multiple_token") ? tokenOf(part, words, reading) : [reading])
      .flatMap((each) => valueOf(part, words, each))
      .filter(({ at }) => at > from.at && (at > reading.at || part.type === "pure-token"));
  const all: Reading[] = has("optional") ? [from] : [];
  for (let front = first.flatMap(once); front.length > 0; front = has("multiple") ? front.flatMap(once) : []) all.push(...front);
  return all;
};

const tokenOf = ({ token }: Part, words: readonly string[], { at, tokens }: Reading): readonly Reading[] => {
  if (token === undefined) return [{ at, tokens }];
  const spelled = token.split(" ");
  return spelled.every((word, index) => words[at + index] === word) ? [{ at: at + spelled.length, tokens: [...tokens, token] }] : [];
};

const valueOf = ({ type, arguments: inner }: Part, words: readonly string[], from: Reading): readonly Reading[] => {
  const word = words[from.at];
  const next = { ...from, at: from.at + 1 };
  switch (type) {
    case "pure-token":
      return [from];
    case "oneof":
      return (inner ?? []).flatMap((part) => some(part, words, from));
    case "block":
      return sequence(inner ?? [], words, from);
    case "integer":
    case "unix-time":
      return word !== undefined && /^-?\d+$/.test(word) ? [next] : [];
    case "double":
      return word !== undefined && Number.isFinite(Number(word)) ? [next] : [];
    case "string":
    case "key":
    case "pattern":
      return word === undefined ? [] : [next];
    default:
      throw new Error(`a description with an argument of type ${type}, which this grammar does not know`);
  }
};
