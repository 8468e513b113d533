// Texts of a few ASCII characters, which replies are full of: put together here they cost a third of what a call into the host costs.

/** Up to so many characters. */
export const shortest = 12;

/** `source[from, to)` as text where it is short and ASCII; undefined where it is not. */
export const shortText = (source: Uint8Array, from: number, to: number): string | undefined => {
  let bits = 0;
  for (let at = from; at < to; at += 1) bits |= source[at] ?? 0;
  if (bits > 0x7f) return undefined;
  switch (to - from) {
    case 0:
      return "";
    case 1:
      return String.fromCharCode(source[from] ?? 0);
    case 2:
      return String.fromCharCode(source[from] ?? 0, source[from + 1] ?? 0);
    case 3:
      return String.fromCharCode(source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0);
    case 4:
      return String.fromCharCode(source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0);
    case 5:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
      );
    case 6:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
      );
    case 7:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
      );
    case 8:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
        source[from + 7] ?? 0,
      );
    case 9:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
        source[from + 7] ?? 0,
        source[from + 8] ?? 0,
      );
    case 10:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
        source[from + 7] ?? 0,
        source[from + 8] ?? 0,
        source[from + 9] ?? 0,
      );
    case 11:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
        source[from + 7] ?? 0,
        source[from + 8] ?? 0,
        source[from + 9] ?? 0,
        source[from + 10] ?? 0,
      );
    case 12:
      return String.fromCharCode(
        source[from] ?? 0,
        source[from + 1] ?? 0,
        source[from + 2] ?? 0,
        source[from + 3] ?? 0,
        source[from + 4] ?? 0,
        source[from + 5] ?? 0,
        source[from + 6] ?? 0,
        source[from + 7] ?? 0,
        source[from + 8] ?? 0,
        source[from + 9] ?? 0,
        source[from + 10] ?? 0,
        source[from + 11] ?? 0,
      );
    default:
      return undefined;
  }
};
