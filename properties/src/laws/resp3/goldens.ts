// The goldens: requests to a real server and the bytes that came back, in properties/goldens/resp3, one file a situation. Written by
// shell/integration/resp3/capture.ts; read here for tests and as seeds of the fuzzer.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Golden = {
  readonly situation: string;
  readonly protocol: 2 | 3;
  readonly command: readonly string[];
  readonly reply: Uint8Array;
};

const folder = join(import.meta.dirname, "../../../goldens/resp3");

/** All of them, in the order of their files. */
export const goldens = (): readonly Golden[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .toSorted()
    .flatMap((file) => {
      const [, ...lines] = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
      return lines.map((line) => goldenOf(file.replace(/\.jsonl$/, ""), JSON.parse(line)));
    });

const goldenOf = (situation: string, read: unknown): Golden => {
  if (!isCaptured(read)) throw new Error(`${situation}.jsonl holds a line without protocol, command and reply: ${JSON.stringify(read)}`);
  return { situation, protocol: read.protocol, command: read.command, reply: octets(read.reply) };
};

type Captured = { readonly protocol: 2 | 3; readonly command: readonly string[]; readonly reply: string };

const isCaptured = (read: unknown): read is Captured =>
  typeof read === "object" &&
  read !== null &&
  "protocol" in read &&
  (read.protocol === 2 || read.protocol === 3) &&
  "command" in read &&
  Array.isArray(read.command) &&
  "reply" in read &&
  typeof read.reply === "string";

/** One character an octet. */
export const octets = (latin1: string): Uint8Array => new Uint8Array(Buffer.from(latin1, "latin1"));
