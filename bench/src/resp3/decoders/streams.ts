// The bytes of the rows, and how they are cut. The same in every run, and ASCII but for one row. Replies are strings of one character a byte.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "./random.ts";

/** Chunks as a socket would hand them over, each its own buffer, and how many replies they hold. */
export type Stream = { readonly chunks: readonly Buffer[]; readonly replies: number };

/** A list of whole replies. */
type Replies = readonly string[];

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
const textOf = (length: number, random: (bound: number) => number): string =>
  Array.from({ length }, () => letters.charAt(random(letters.length))).join("");

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const array = (items: Replies): string => `*${items.length}\r\n${items.join("")}`;
const times = <Item>(count: number, one: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => one(index));

/** 30,000 bulks of 64 bytes: 2.1 MB. */
export const bulks = (count = 30_000): Replies => {
  const random = randomFrom(1);
  return times(count, () => bulk(textOf(64, random)));
};

/** The same with text in three scripts, in UTF-8. */
export const foreignBulks = (count = 30_000): Replies => {
  const random = randomFrom(5);
  const letterOf = [() => 0x430 + random(32), () => 0x3b1 + random(24), () => 0x4e00 + random(20_000)];
  const text = (at: number): string => String.fromCharCode(...times(at % 3 === 2 ? 21 : 32, () => letterOf[at % 3]?.() ?? 0));
  return times(count, (at) => bulk(Buffer.from(text(at)).toString("latin1")));
};

/** What a pipeline of SET and INCR is answered with: 0.9 MB in 100,000 replies. */
export const simple = (count = 100_000): Replies => {
  const random = randomFrom(2);
  return times(count, (index) => (index % 2 === 0 ? "+OK\r\n" : `:${random(10 ** (1 + random(10)))}\r\n`));
};

/** Like XRANGE over several streams: arrays in arrays, five levels, short strings and integers at the bottom. */
export const nested = (count = 600): Replies => {
  const random = randomFrom(3);
  const fields = () => array(times(6, (at) => (at % 2 === 0 ? bulk(textOf(4, random)) : `:${random(100_000)}\r\n`)));
  const entry = () => array([bulk(`${1_700_000_000_000 + random(1e9)}-0`), array([fields(), fields()])]);
  const stream = () => array([bulk(textOf(12, random)), array(times(5, entry))]);
  return times(count, () => array(times(4, stream)));
};

/** What RESP3 adds: maps with string keys, sets, doubles, booleans, nulls, and pushes in between. */
export const resp3 = (count = 12_000): Replies => {
  const random = randomFrom(4);
  const scalars = [
    () => `:${random(1_000_000)}\r\n`,
    () => `,${random(1_000_000) / 64}\r\n`,
    () => (random(2) === 0 ? "#t\r\n" : "#f\r\n"),
    () => "_\r\n",
    () => bulk(textOf(10, random)),
  ];
  const scalar = (at: number): string => scalars[at % scalars.length]?.() ?? "";
  const map = () => `%8\r\n${times(8, (at) => bulk(`field-${at}`) + scalar(at)).join("")}`;
  const set = () => `~8\r\n${times(8, () => bulk(textOf(8, random))).join("")}`;
  const scores = () => array(times(8, () => array([bulk(textOf(6, random)), `,${random(10_000_000) / 1024}\r\n`])));
  const push = () => `>3\r\n${bulk("message")}${bulk("channel")}${bulk(textOf(20, random))}`;
  const kinds = [map, set, scores, push];
  return times(count, (at) => kinds[at % kinds.length]?.() ?? "");
};

export const large = (): Replies => [bulk("0123456789abcdef".repeat(262_144))];

const captured = (name: string): string => readFileSync(join(import.meta.dirname, "texts", `${name}.resp`), "latin1");

/** INFO of a primary with two replicas and of a replica, in turns, as valkey 8.0.1 says it. */
export const info = (): Replies => {
  const both = [captured("info-primary"), captured("info-replica")];
  return times(200, (at) => both[at % 2] ?? "");
};

export const role = (count: number): Replies => {
  const both = [captured("role-primary"), captured("role-replica")];
  return times(count, (at) => both[at % 2] ?? "");
};

/** Every type of RESP2, once or twice, in as few bytes as that takes. */
export const short = (): string =>
  [
    "+OK\r\n",
    ":-42\r\n",
    bulk(""),
    "$-1\r\n",
    bulk("a value of 21 bytes.."),
    array([":1\r\n", array([bulk("key"), "+PONG\r\n"]), "*-1\r\n"]),
  ].join("");
export const shortReplies = 6;

const chunkOf = (text: string): Buffer => {
  const chunk = Buffer.allocUnsafeSlow(text.length);
  chunk.write(text, "latin1");
  return chunk;
};

/** All of it in pieces of one size, wherever replies end. */
export const cut = (replies: Replies, size: number): Stream => {
  const text = replies.join("");
  return { chunks: times(Math.ceil(text.length / size), (at) => chunkOf(text.slice(at * size, (at + 1) * size))), replies: replies.length };
};

/** One reply a read. */
export const oneByOne = (replies: Replies): Stream => ({ chunks: replies.map(chunkOf), replies: replies.length });

/** The same text again and again, in two pieces, cut at each of its places in turn. */
export const everySplit = (text: string, replies: number, rounds: number): Stream => {
  const cuts = times(text.length - 1, (at) => [chunkOf(text.slice(0, at + 1)), chunkOf(text.slice(at + 1))]).flat();
  return { chunks: times(rounds, () => cuts).flat(), replies: replies * (text.length - 1) * rounds };
};
