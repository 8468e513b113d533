// Lines out of a byte stream: a line may span any number of chunks and a chunk may end inside a character. What does not
// decode or never ends is an answer of its own, never a line quietly dropped.

export type Lines = {
  /** The lines that this chunk completed, or why the stream cannot be trusted any further. */
  push(bytes: Uint8Array): readonly string[] | Unreadable;
  /** Whether the stream ended in the middle of a line. */
  isPartial(): boolean;
};
export type Unreadable = { readonly _tag: "Unreadable"; readonly message: string };

// etcd refuses objects above 1.5 MiB; as JSON with managed fields nothing comes near this.
const LONGEST_LINE = 32 * 1024 * 1024;

export function lines(longest = LONGEST_LINE): Lines {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let pieces: string[] = [];
  let length = 0;
  return {
    push: (bytes) => {
      const text = decode(decoder, bytes);
      if (text === undefined) return { _tag: "Unreadable", message: "the stream is not UTF-8" };
      const parts = text.split("\n");
      const rest = parts.pop() ?? "";
      if (parts.length > 0) {
        parts[0] = pieces.join("") + (parts[0] ?? "");
        pieces = [];
        length = 0;
      }
      if (rest !== "") pieces.push(rest);
      length += rest.length;
      if (length > longest) return { _tag: "Unreadable", message: `a line is longer than ${longest} characters` };
      return parts.filter((line) => line.trim() !== "");
    },
    isPartial: () => length > 0,
  };
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
