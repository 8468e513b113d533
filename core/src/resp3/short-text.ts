// Texts of a few ASCII characters, which replies are full of: put together here they cost a third of what a call into the host costs.

/** Up to so many characters. */
export const shortest = 12;

/**
 * `source[from, to)` as text where it is short and ASCII; undefined where it is not. What came before comes often again (names of fields,
 * states, numbers), and is then the same string: found in half the time that making it takes, and no memory of its own.
 */
export const shortText = (source: Uint8Array, from: number, to: number): string | undefined => {
  const size = to - from;
  // Which bytes are where does not matter, as long as none is missing: the words of five bytes or nine lie over each other.
  let first = 0;
  let second = 0;
  let third = 0;
  if (size > 3) {
    first = word(source, from);
    if (size > 4) {
      second = word(source, to - 4);
      if (size > 8) {
        if (size > shortest) return undefined;
        third = word(source, from + 4);
      }
    }
  } else if (size > 0) {
    first = source[from] ?? 0;
    if (size > 1) {
      second = source[from + 1] ?? 0;
      third = source[to - 1] ?? 0;
    }
  }
  if (((first | second | third) & NOT_ASCII) !== 0) return undefined;
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35) ^ size;
  const slot = (mixed ^ (mixed >>> 15)) & (recent - 1);
  const key = slot * 4;
  if (keys[key] === first && keys[key + 1] === second && keys[key + 2] === third && keys[key + 3] === size) return texts[slot];
  return remembered(source, from, to, slot, first, second, third);
};

const remembered = (source: Uint8Array, from: number, to: number, slot: number, first: number, second: number, third: number): string => {
  const text = made(source, from, to);
  const key = slot * 4;
  keys[key] = first;
  keys[key + 1] = second;
  keys[key + 2] = third;
  keys[key + 3] = to - from;
  texts[slot] = text;
  return text;
};

/** Four bytes in one number. */
const word = (source: Uint8Array, from: number): number =>
  (source[from] ?? 0) | ((source[from + 1] ?? 0) << 8) | ((source[from + 2] ?? 0) << 16) | ((source[from + 3] ?? 0) << 24);

/** So many texts are known again, each by its bytes and their number. */
const recent = 512;
const keys = new Int32Array(recent * 4).fill(-1);
const texts = Array.from({ length: recent }, () => "");
const NOT_ASCII = 0x80808080;

const made = (source: Uint8Array, from: number, to: number): string => {
  switch (to - from) {
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
      return "";
  }
};
