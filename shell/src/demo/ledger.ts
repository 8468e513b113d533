// What a client may rely on, write by write. Every write has a key of its own and is never repeated, so that afterwards each
// key answers one question: was this write kept?
//
// - acknowledged: the server said OK, and for a WAIT write at least one replica had it. Must be there (WAIT), should be (plain).
// - ambiguous: sent, and no answer that settles it: a lost connection, or an OK whose WAIT was not fulfilled. May be there.
// - refused: an error reply, or never sent. Nothing was promised.

export type Kind = "plain" | "wait";
export const kinds: readonly Kind[] = ["plain", "wait"];

export type Outcome = "acknowledged" | "ambiguous" | "refused";

export type Entry = { readonly kind: Kind; readonly sequence: number; readonly outcome: Outcome; readonly at: number };

export type Ledger = {
  readonly entries: readonly Entry[];
  /** How many of a kind are acknowledged by now. */
  readonly acknowledged: (kind: Kind) => number;
  /** The instants (performance.now()) around the longest time without an acknowledged plain write since `from`. */
  readonly longestGap: (from: number) => number;
  /** The first acknowledged plain write after an instant whose request was also sent after it. */
  readonly firstAfter: (instant: number) => number | undefined;
  readonly lastAcknowledged: () => number;
};

export type Book = Ledger & { readonly record: (entry: Entry, sentAt: number) => void };

export const keyOf = (kind: Kind, sequence: number): string => `demo:${kind}:${sequence}`;

export const newBook = (): Book => {
  const entries: Entry[] = [];
  const counts: Record<Kind, number> = { plain: 0, wait: 0 };
  const plain: { readonly sentAt: number; readonly at: number }[] = [];
  return {
    entries,
    record: (entry, sentAt) => {
      entries.push(entry);
      if (entry.outcome !== "acknowledged") return;
      counts[entry.kind] += 1;
      if (entry.kind === "plain") plain.push({ sentAt, at: entry.at });
    },
    acknowledged: (kind) => counts[kind],
    lastAcknowledged: () => plain.at(-1)?.at ?? Number.NaN,
    longestGap: (from) => {
      let longest = 0;
      for (let index = Math.max(1, firstIndex(plain, from)); index < plain.length; index++)
        longest = Math.max(longest, (plain[index]?.at ?? 0) - (plain[index - 1]?.at ?? 0));
      return longest;
    },
    firstAfter: (instant) => plain.slice(firstIndex(plain, instant)).find(({ sentAt }) => sentAt > instant)?.at,
  };
};

/** The index of the first write acknowledged at or after an instant; acknowledgements are in order. */
const firstIndex = (writes: readonly { readonly at: number }[], instant: number): number => {
  let [low, high] = [0, writes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((writes[middle]?.at ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
};
