// A function that gives the same answer to the same arguments, told by identity, is worked out once for each. Worth it only where
// equal arguments are one object: see `Values`. What is remembered is kept as long as the function is.

export const remembered = <Key, Result extends object>(work: (key: Key) => Result): ((key: Key) => Result) => {
  const known = new Map<Key, Result>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = work(key);
    known.set(key, result);
    return result;
  };
};

/** What is known of one argument: mostly it was met with a single other one, which then stands here, without a map of its own. */
type Row<Other, Result> = { readonly other: Other; readonly result: Result; more: Map<Other, Result> | undefined };

export const rememberedOfTwo = <One, Other, Result extends object>(
  work: (one: One, other: Other) => Result,
): ((one: One, other: Other) => Result) => {
  const known = new Map<One, Row<Other, Result>>();
  return (one, other) => {
    const row = known.get(one);
    if (row === undefined) {
      const result = work(one, other);
      known.set(one, { other, result, more: undefined });
      return result;
    }
    if (row.other === other) return row.result;
    const found = row.more?.get(other);
    if (found !== undefined) return found;
    const result = work(one, other);
    (row.more ??= new Map()).set(other, result);
    return result;
  };
};
