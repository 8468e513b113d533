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

/** Only what was worked out last is known: for those who ask the same of one thing, one after the other. */
export const lately = <Key, Result>(work: (key: Key) => Result): ((key: Key) => Result) => {
  let last: { readonly key: Key; readonly result: Result } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, result: work(key) };
    return last.result;
  };
};
