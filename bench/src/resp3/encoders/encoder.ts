// What is timed: commands in, bytes out that a socket could send, and a look at them.
import { mix } from "../checksum.ts";
import type { Mode, Row } from "./rows.ts";

export type Encoder = {
  readonly name: string;
  /** What has to be done once for these commands, before the time begins; then each call encodes one write's worth of them. */
  readonly encoding: (commands: Row["commands"]) => (from: number, to: number) => readonly Uint8Array[];
};

/** All commands of a row, so many in a write. The sum is that of the lengths, and of the first and the last byte of each write. */
export const passOf = (
  { encoding }: Encoder,
  { commands }: Row,
  count: number,
): (() => { readonly sum: number; readonly bytes: number }) => {
  const encode = encoding(commands);
  return () => {
    let sum = 0;
    let bytes = 0;
    for (let from = 0; from < commands.length; from += count) {
      const chunks = encode(from, Math.min(from + count, commands.length));
      const last = chunks[chunks.length - 1];
      const before = bytes;
      for (const chunk of chunks) bytes += chunk.length;
      sum = mix(mix(mix(sum, bytes - before), chunks[0]?.[0] ?? 0), last?.[last.length - 1] ?? 0);
    }
    return { sum, bytes };
  };
};

export const perWrite = (mode: Mode, together: number): number => (mode === "one by one" ? 1 : together);
