// What a broken or malicious server might send. Large inputs come in several sizes, to see how time and memory grow; small ones are about
// what is made of them. Chunks are made as they are asked for, each its own buffer: who keeps one has it in memory.

export type Large = {
  readonly name: string;
  /** The newest protocol it needs. */
  readonly protocol: 2 | 3;
  /** Of the whole input in bytes, about; the last is the one whose figures are shown. */
  readonly sizes: readonly number[];
  readonly chunks: (size: number) => Iterable<Buffer>;
};

const KiB = 1024;
const MiB = 1024 * KiB;

/** The head, then one text so many times, then the tail; in chunks. */
function* repeated(head: string, text: string, count: number, tail: string, chunkSize = 64 * KiB): Iterable<Buffer> {
  if (head !== "") yield Buffer.from(head, "latin1");
  const perChunk = Math.max(1, Math.floor(chunkSize / text.length));
  const whole = Buffer.from(text.repeat(Math.min(count, perChunk)), "latin1");
  for (let left = count; left > 0; left -= perChunk) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(left, perChunk) * text.length);
    whole.copy(chunk);
    yield chunk;
  }
  if (tail !== "") yield Buffer.from(tail, "latin1");
}

export const large: readonly Large[] = [
  {
    name: "a million arrays in each other",
    protocol: 2,
    sizes: [2 * MiB, 4 * MiB],
    chunks: (size) => repeated("", "*1\r\n", size / 4, ":1\r\n"),
  },
  {
    name: "64 MiB without CRLF",
    protocol: 2,
    sizes: [16 * MiB, 32 * MiB, 64 * MiB],
    chunks: (size) => repeated("+", "a", size, ""),
  },
  {
    name: "a line of 256 KiB, byte by byte",
    protocol: 2,
    sizes: [128 * KiB, 256 * KiB],
    chunks: (size) => repeated("+", "a", size, "\r\n", 1),
  },
  {
    name: "eight arrays of 30,000,000 in each other, nothing in them",
    protocol: 2,
    sizes: [88],
    chunks: (size) => repeated("", "*30000000\r\n", size / 11, ""),
  },
  {
    name: "a bulk of 512 MB announced, 1 KiB of it sent",
    protocol: 2,
    sizes: [KiB],
    chunks: (size) => repeated("$536870912\r\n", "a", size, ""),
  },
  {
    name: "a bulk of 64 MiB in 1 KiB chunks, its last byte missing",
    protocol: 2,
    sizes: [32 * MiB, 64 * MiB],
    chunks: (size) => repeated(`$${size}\r\n`, "a", size - 1, "", KiB),
  },
  {
    name: "10,000,000 integers in one array",
    protocol: 2,
    sizes: [20_000_000, 40_000_000],
    chunks: (size) => repeated(`*${size / 4}\r\n`, ":1\r\n", size / 4, ""),
  },
  {
    name: "10,000,000 empty arrays in one array",
    protocol: 2,
    sizes: [20_000_000, 40_000_000],
    chunks: (size) => repeated(`*${size / 4}\r\n`, "*0\r\n", size / 4, ""),
  },
  {
    name: "a big number of 1,000,000 digits",
    protocol: 3,
    sizes: [250_000, 500_000, 1_000_000],
    chunks: (size) => repeated("(", "9", size, "\r\n"),
  },
  {
    name: "attributes of attributes, 4 MiB of them",
    protocol: 3,
    sizes: [2 * MiB, 4 * MiB],
    chunks: (size) => repeated("", "|1\r\n+a\r\n", size / 8, ""),
  },
  {
    name: "a streamed string in pieces of one byte, 4 MiB",
    protocol: 3,
    sizes: [2 * MiB, 4 * MiB],
    chunks: (size) => repeated("$?\r\n", ";1\r\na\r\n", Math.round(size / 7), ";0\r\n"),
  },
];

/** Whole in one chunk; `+after` is what a decoder that has lost its place takes for part of something else. */
export type Small = { readonly name: string; readonly protocol: 2 | 3; readonly input: string };

const small2 = (name: string, input: string): Small => ({ name, protocol: 2, input });
const small3 = (name: string, input: string): Small => ({ name, protocol: 3, input });

export const small: readonly Small[] = [
  small2("`$-2`", "$-2\r\n+after\r\n"),
  small2("`$abc`", "$abc\r\nabc\r\n+after\r\n"),
  small2("`$+3`", "$+3\r\nabc\r\n+after\r\n"),
  small2("`$ 3`", "$ 3\r\nabc\r\n+after\r\n"),
  small2("`$03`", "$03\r\nabc\r\n+after\r\n"),
  small2("`$3.0`", "$3.0\r\nabc\r\n+after\r\n"),
  small2("`$` with nothing", "$\r\n\r\n+after\r\n"),
  small2("`$99999999999999999999`", "$99999999999999999999\r\nabc\r\n+after\r\n"),
  small2("`$3` and a line feed only", "$3\nabc\r\n+after\r\n"),
  small2("`$3` and 5 bytes", "$3\r\nabcde\r\n+after\r\n"),
  small2("`$3` and 2 bytes", "$3\r\nab\r\n+after\r\n"),
  small2("`*-2`", "*-2\r\n+after\r\n"),
  small2("`*abc`", "*abc\r\n+after\r\n"),
  small2("`*99999999999999999999`", "*99999999999999999999\r\n:1\r\n+after\r\n"),
  small2("`:not-a-number`", ":not-a-number\r\n+after\r\n"),
  small2("`:` with nothing", ":\r\n+after\r\n"),
  small2("`:9223372036854775807`", ":9223372036854775807\r\n"),
  small2("`:9223372036854775808`", ":9223372036854775808\r\n+after\r\n"),
  small2("a type byte that is none", "@oops\r\n+after\r\n"),
  small3("`#x`", "#x\r\n+after\r\n"),
  small3("`,1,5`", ",1,5\r\n+after\r\n"),
  small3("`,3.14159`", ",3.14159\r\n"),
  small3("`(12x`", "(12x\r\n+after\r\n"),
  small3("`_x`", "_x\r\n+after\r\n"),
  small3("`%-1`", "%-1\r\n+after\r\n"),
  small3("`=2`, no room for a format", "=2\r\nab\r\n+after\r\n"),
  small3("a push inside an array", "*2\r\n>1\r\n+a\r\n+b\r\n+after\r\n"),
  small3("a key `__proto__`", "%1\r\n$9\r\n__proto__\r\n%1\r\n+admin\r\n#t\r\n"),
  small3("a key that is an array", "%1\r\n*2\r\n:1\r\n:2\r\n+value\r\n"),
];
