// From the names on a worker's command line to what it runs.
import { contestants, type Pass } from "./contestants/index.ts";
import { modes, rows } from "./rows.ts";
import { cut, nested, resp3, simple, bulks, type Stream } from "./streams.ts";

export type Setup = {
  readonly stream: Stream;
  readonly pass: Pass;
  /** Replies of all kinds through the same decoder: a connection sees them all, and code that was made for one kind only is no code of its. */
  readonly warmUp: () => void;
};

export const setup = (contestantName: string, modeName: string, rowName: string): Setup => {
  const contestant = contestants.find(({ name }) => name === contestantName);
  const mode = modes.find((one) => one === modeName);
  const row = rows.find(({ name }) => name === rowName);
  if (contestant === undefined || mode === undefined || row === undefined)
    throw new Error(`no contestant ${contestantName}, mode ${modeName} or row ${rowName}`);
  const pass = contestant.pass(mode, "leaves");
  const season = [bulks(), simple(), nested(), ...(contestant.protocol === 3 ? [resp3()] : [])].map((replies) =>
    cut(replies.slice(0, 300), 1000),
  );
  return {
    stream: row.stream(),
    pass: row.task === "leaves" ? pass : contestant.pass(mode, row.task),
    warmUp: () => {
      for (let round = 0; round < 5; round++) for (const { chunks } of season) pass(chunks);
    },
  };
};
