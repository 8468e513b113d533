// The inputs a fuzzer starts from: properties/corpus/resp3/seeds.jsonl, one JSON string an input, one character an octet. In it is what was
// worth keeping from earlier runs (each reached something that the ones before did not), the goldens of the server, and the rows of the
// strictness table. What breaks a law is written beside it, to be replayed and, once the cause is gone, to stay.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, strictness } from "@gungnir/core/resp3";
import { goldens } from "../laws/resp3/goldens.ts";
import { seedOf } from "./random.ts";
import { latin1, octets } from "./tokens.ts";

export const corpusFolder = join(import.meta.dirname, "../../corpus/resp3");
const seedFile = join(corpusFolder, "seeds.jsonl");

/** All inputs there are; `longest` leaves out what would only make a run slow. */
export const corpus = (longest: number): readonly Uint8Array[] => {
  const all = [
    ...strictness.map(({ wire }) => bytesOf(wire)),
    ...goldens().map(({ reply }) => reply),
    ...kept(),
    ...reproducers().values(),
  ];
  const distinct = new Map(all.map((bytes) => [latin1(bytes), bytes]));
  return [...distinct.values()].filter(({ length }) => length <= longest);
};

/** Adds what a run found worth keeping, if it is short enough to be read; the long ones are soon found again. */
export const keep = (inputs: readonly Uint8Array[]): void => {
  const short = inputs.filter(({ length }) => length <= KEPT_BYTES);
  if (short.length > 0) appendFileSync(seedFile, short.map((bytes) => `${JSON.stringify(latin1(bytes))}\n`).join(""));
};

const KEPT_BYTES = 160;

const kept = (): readonly Uint8Array[] =>
  readFileSync(seedFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => inputOf(line, seedFile));

/** Inputs that once broke a law, by file. */
export const reproducers = (): ReadonlyMap<string, Uint8Array> =>
  new Map(
    readdirSync(corpusFolder)
      .filter((file) => file.startsWith("broke-"))
      .toSorted()
      .map((file) => [file, readReproducer(join(corpusFolder, file))]),
  );

/** The input in a file that `writeReproducer` wrote. */
export const readReproducer = (path: string): Uint8Array => inputOf(readFileSync(path, "utf8"), path);

/** Writes a reproducer into a folder and answers with its path. */
export const writeReproducer = (folder: string, bytes: Uint8Array): string => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `broke-${seedOf(bytes).toString(16).padStart(8, "0")}.json`);
  writeFileSync(path, `${JSON.stringify(latin1(bytes))}\n`);
  return path;
};

const inputOf = (json: string, path: string): Uint8Array => {
  const read: unknown = JSON.parse(json);
  if (typeof read !== "string") throw new Error(`${path}: expected a JSON string with one character an octet, found ${typeof read}`);
  return octets(read);
};
