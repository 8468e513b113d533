// The half of a connection that has no socket: what was asked and is not answered yet, and how bytes become answers. A server answers in
// the order of the requests, so the first one that waits is the one a reply belongs to. A push is said unasked and takes nobody's place;
// an attribute is part of its reply. A reply that nobody waits for means that the two ends no longer agree on what was asked, and then no
// answer can be trusted to be the right one.
import {
  decode,
  describe,
  initial,
  initialOutput,
  type Output,
  type Push,
  type Request,
  type State,
  type Unencodable,
  type Value,
  write,
} from "@gungnir/core/resp3";

export type Line<Asker> = { readonly decoder: State; readonly output: Output; readonly waiting: readonly Asker[] };

export const emptyLine: Line<never> = { decoder: initial(), output: initialOutput, waiting: [] };

export type Asked<Asker> = { readonly line: Line<Asker>; readonly chunks: readonly Uint8Array[]; readonly error: Unencodable | undefined };

/** Puts the askers, one for each reply, behind those who wait. With an error nobody is, and there is nothing to send. */
export const ask = <Asker>(line: Line<Asker>, requests: readonly Request[], askers: readonly Asker[]): Asked<Asker> => {
  const { output, chunks, error } = write(line.output, requests);
  if (error !== undefined) return { line, chunks, error };
  return { line: { ...line, output, waiting: [...line.waiting, ...askers] }, chunks, error };
};

export type Heard<Asker> = {
  readonly line: Line<Asker>;
  readonly answers: readonly { readonly asker: Asker; readonly value: Value }[];
  readonly pushes: readonly Push[];
  /** The connection is of no use any more; the answers before it are good. */
  readonly problem: string | undefined;
};

export const hear = <Asker>(line: Line<Asker>, chunk: Uint8Array): Heard<Asker> => {
  const { state: decoder, values, error } = decode(line.decoder, chunk);
  const answers: { asker: Asker; value: Value }[] = [];
  const pushes: Push[] = [];
  let problem: string | undefined;
  for (const message of values) {
    if (message._tag === "Push") {
      pushes.push(message);
      continue;
    }
    if (answers.length === line.waiting.length) {
      problem = "a reply to no request";
      break;
    }
    const asker = line.waiting[answers.length];
    if (asker !== undefined) answers.push({ asker, value: message });
  }
  problem ??= error === undefined ? undefined : describe(error);
  return { line: { ...line, decoder, waiting: line.waiting.slice(answers.length) }, answers, pushes, problem };
};
