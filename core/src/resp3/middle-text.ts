// Texts of more characters than are worth remembering and of fewer than are worth a call into the host, which takes as long as putting 40
// together: addresses, ids, short values.

/** Up to so many characters. */
export const longest = 24;

/** `source[from, to)` as text where it is ASCII, of 13 to 24 bytes; undefined where it is not. */
export const middleText = (source: Uint8Array, from: number, to: number): string | undefined => {
  let all = 0;
  for (let at = from; at < to; at += 1) all |= source[at] ?? 0;
  if (all > 0x7f) return undefined;
  // prettier-ignore
  switch (to - from) {
    case 13:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0
      );
    case 14:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0
      );
    case 15:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0
      );
    case 16:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0
      );
    case 17:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0
      );
    case 18:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0
      );
    case 19:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0
      );
    case 20:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0, source[from + 19] ?? 0
      );
    case 21:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0, source[from + 19] ?? 0, source[from + 20] ?? 0
      );
    case 22:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0, source[from + 19] ?? 0, source[from + 20] ?? 0, source[from + 21] ?? 0
      );
    case 23:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0, source[from + 19] ?? 0, source[from + 20] ?? 0, source[from + 21] ?? 0, source[from + 22] ?? 0
      );
    case 24:
      return String.fromCharCode(
        source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0, source[from + 4] ?? 0, source[from + 5] ?? 0,
        source[from + 6] ?? 0, source[from + 7] ?? 0, source[from + 8] ?? 0, source[from + 9] ?? 0, source[from + 10] ?? 0, source[from + 11] ?? 0,
        source[from + 12] ?? 0, source[from + 13] ?? 0, source[from + 14] ?? 0, source[from + 15] ?? 0, source[from + 16] ?? 0, source[from + 17] ?? 0,
        source[from + 18] ?? 0, source[from + 19] ?? 0, source[from + 20] ?? 0, source[from + 21] ?? 0, source[from + 22] ?? 0, source[from + 23] ?? 0
      );
    default:
      return undefined;
  }
};
