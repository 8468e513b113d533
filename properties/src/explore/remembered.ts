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

export const rememberedOfTwo = <One, Other, Result extends object>(
  work: (one: One, other: Other) => Result,
): ((one: One, other: Other) => Result) => {
  const known = new Map<One, Map<Other, Result>>();
  return (one, other) => {
    let row = known.get(one);
    if (row === undefined) known.set(one, (row = new Map()));
    const found = row.get(other);
    if (found !== undefined) return found;
    const result = work(one, other);
    row.set(other, result);
    return result;
  };
};
