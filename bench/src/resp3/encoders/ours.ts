// The encoder of @gungnir/core: windows on blocks, and large bytes by reference. Beside it what a client does with a command that never
// changes: it prepares it once. That is no rival in the table, for the peers have nothing of the kind.
import { initialOutput, prepare, type Request, write } from "@gungnir/core/resp3";
import type { Encoder } from "./encoder.ts";

const encoding = (requests: readonly Request[]) => {
  let output = initialOutput;
  return (from: number, to: number): readonly Uint8Array[] => {
    const written = write(output, requests.slice(from, to));
    if (written.error !== undefined) throw new Error(written.error.rule);
    output = written.output;
    return written.chunks;
  };
};

export const ours: Encoder = { name: "ours", encoding };

export const oursPrepared: Encoder = {
  name: "ours, prepared",
  encoding: (commands) => {
    const [first] = commands;
    const prepared = first === undefined ? undefined : prepare(first);
    if (prepared?._tag !== "Ok") throw new Error("a command that cannot be prepared");
    return encoding(commands.map(() => prepared.value));
  },
};
