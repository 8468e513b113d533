// The encoder of @gungnir/core: windows on blocks, and large bytes by reference; a command that never changes is prepared once, as the
// codec offers it. Beside it the same commands written anew each time.
import { initialOutput, prepare, type Request, write } from "@gungnir/core/resp3";
import type { Encoder } from "./encoder.ts";

const encoding = (requests: readonly Request[]) => {
  let output = initialOutput;
  return (from: number, to: number): readonly Uint8Array[] => {
    const only = requests[from];
    const written = write(output, only !== undefined && to - from === 1 ? [only] : requests.slice(from, to));
    if (written.error !== undefined) throw new Error(written.error.rule);
    output = written.output;
    return written.chunks;
  };
};

/** Prepared where all commands are one and the same. */
export const ours: Encoder = {
  name: "ours",
  encoding: (commands) => {
    const [first] = commands;
    if (first === undefined || commands.some((command) => command.join(" ") !== first.join(" "))) return encoding(commands);
    const prepared = prepare(first);
    if (prepared._tag !== "Ok") throw new Error("a command that cannot be prepared");
    return encoding(commands.map(() => prepared.value));
  },
};

export const oursAnew: Encoder = { name: "ours, anew", encoding };
