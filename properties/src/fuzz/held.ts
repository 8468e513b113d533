// How much memory a value holds on to, as far as JavaScript can see: everything reachable, each thing once. The sizes are those of V8 with
// pointers of eight bytes; what counts is that they grow with what is there. Of a slab that Node shares out among all small Buffers only the
// part that is used counts: the rest is there for others, though it stays for as long as one of them does.

const OBJECT = 24;
const WORD = 8;

/** Bytes. */
export const heldBy = (root: unknown): number => {
  const seen = new Set<object>();
  const todo: unknown[] = [root];
  let held = 0;
  while (todo.length > 0) {
    const next = todo.pop();
    if (typeof next === "string") held += next.length;
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    held += OBJECT;
    if (next instanceof ArrayBuffer) held += next.byteLength;
    else if (ArrayBuffer.isView(next)) {
      if (next.buffer.byteLength === Buffer.poolSize) held += next.byteLength;
      else todo.push(next.buffer);
    } else if (Array.isArray(next)) {
      held += WORD * next.length;
      for (const item of next) todo.push(item);
    } else {
      const fields: readonly unknown[] = Object.values(next);
      held += WORD * fields.length;
      todo.push(...fields);
    }
  }
  return held;
};
