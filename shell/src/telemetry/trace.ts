// The trace: core's own lines, appended to a file as they come. Whoever asks for none pays nothing for it.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type TraceEntry, traceLine } from "@gungnir/core";

export type Trace = (entry: TraceEntry) => void;

export type Opened =
  | { readonly _tag: "Open"; readonly trace: Trace; readonly close: () => Promise<void> }
  | { readonly _tag: "NotWritable"; readonly message: string };

/** Undefined traces nothing. */
export async function openTrace(file: string | undefined): Promise<Opened> {
  if (file === undefined) return { _tag: "Open", trace: () => undefined, close: async () => undefined };
  const stream = createWriteStream(file, { flags: "a" });
  try {
    await once(stream, "open");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { _tag: "NotWritable", message: `--trace ${file} cannot be written (${why}); name a file in a folder that exists` };
  }
  return {
    _tag: "Open",
    trace: (entry) => void stream.write(`${traceLine(entry)}\n`),
    close: async () => {
      stream.end();
      await once(stream, "close");
    },
  };
}
