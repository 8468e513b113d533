// From the names on a worker's command line to what it runs again and again.
import { decoders } from "./decoders/index.ts";
import * as decoding from "./decoders/rows.ts";
import { bulks, cut, nested, resp3, simple } from "./decoders/streams.ts";
import { encoders, passOf, perWrite } from "./encoders/index.ts";
import * as encoding from "./encoders/rows.ts";

export type Timed = {
  /** Once through the whole row. */
  readonly pass: () => { readonly sum: number; readonly bytes: number };
  /** How many replies or commands that is. */
  readonly units: number;
};

export const timed = (kind: string, contestant: string, row: string, mode: string): Timed => {
  const found = kind === "decode" ? decodingOf(contestant, row, mode) : encodingOf(contestant, row, mode);
  if (found === undefined) throw new Error(`nothing to ${kind} called ${contestant}, ${row}, ${mode}`);
  return found;
};

const decodingOf = (contestant: string, rowName: string, modeName: string): Timed | undefined => {
  const decoder = decoders.find(({ name }) => name === contestant);
  const row = decoding.rows.find(({ name }) => name === rowName);
  const mode = decoding.modes.find((one) => one === modeName);
  if (decoder === undefined || row === undefined || mode === undefined) return undefined;
  // Replies of all kinds first: a connection sees them all, and code that the engine has made for one kind only is no code of its.
  const leaves = decoder.pass(mode, "leaves");
  for (const replies of [bulks(300), simple(300), nested(100), ...(decoder.protocol === 3 ? [resp3(300)] : [])])
    for (let round = 0; round < 5; round++) leaves(cut(replies, 1000).chunks);
  const pass = row.task === "leaves" ? leaves : decoder.pass(mode, row.task);
  const { chunks, replies } = row.stream();
  const bytes = chunks.reduce((all, chunk) => all + chunk.length, 0);
  return { pass: () => ({ sum: pass(chunks), bytes }), units: replies };
};

const encodingOf = (contestant: string, rowName: string, modeName: string): Timed | undefined => {
  const encoder = encoders.find(({ name }) => name === contestant);
  const row = encoding.rows.find(({ name }) => name === rowName);
  const mode = encoding.modes.find((one) => one === modeName);
  if (encoder === undefined || row === undefined || mode === undefined) return undefined;
  return { pass: passOf(encoder, row, perWrite(mode, encoding.together)), units: row.commands.length };
};
