// New inputs from old ones. Most changes know what RESP looks like (a count, a type byte, a body, a whole message), because bytes changed
// at random rarely get past the first line; some do not, because a hostile peer does not either.

import type { Random } from "./random.ts";
import { bytesOfTokens, headOf, joined, octets, type Token, tokensOf } from "./tokens.ts";

/** One to four changes, with pieces of other inputs. The result is at most `longest` bytes. */
export const mutated = (random: Random, input: Uint8Array, other: Uint8Array, longest: number): Uint8Array => {
  let bytes = input;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const change = random.pick(random.below(4) === 0 ? byteChanges : tokenChanges) ?? same;
    bytes = change(random, bytes, other);
  }
  return bytes.length > longest ? bytes.slice(0, longest) : bytes;
};

type Change = (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

const same: Change = (_, bytes) => bytes;

/** A change of the tokens, and where in them. */
const onTokens =
  (change: (tokens: readonly Token[], at: number, random: Random, other: readonly Token[]) => readonly Token[]): Change =>
  (random, bytes, other) => {
    const tokens = tokensOf(bytes);
    return bytesOfTokens(change(tokens, random.below(tokens.length + 1), random, tokensOf(other)));
  };

const lineOf = (text: string): Token => ({ line: octets(`${text}\r\n`), body: new Uint8Array(0) });

const retyped = (token: Token, head: string): Token => ({
  line: joined([token.line.subarray(0, 1), octets(`${head}\r\n`)]),
  body: token.body,
});

const tokenChanges: readonly Change[] = [
  // leave out, repeat, exchange
  onTokens((tokens, at, random) => tokens.toSpliced(at, 1 + random.below(3))),
  onTokens((tokens, at, random) => tokens.toSpliced(at, 0, ...tokens.slice(at, at + 1 + random.below(4)))),
  onTokens((tokens, at) => [...tokens.slice(at), ...tokens.slice(0, at)]),
  // pieces of another input
  onTokens((tokens, at, random, other) => {
    const from = random.below(other.length + 1);
    return tokens.toSpliced(at, random.below(2), ...other.slice(from, from + 1 + random.below(6)));
  }),
  // another type byte before the same head and body
  onTokens((tokens, at, random) => {
    const token = tokens[at];
    if (token === undefined) return tokens;
    return tokens.with(at, { line: joined([octets(random.pick(types) ?? "+"), token.line.subarray(1)]), body: token.body });
  }),
  // another number in the head: nearly the same, or one that is a border of something
  onTokens((tokens, at, random) => {
    const token = tokens[at];
    if (token === undefined) return tokens;
    const near = String(Number.parseInt(headOf(token), 10) + random.below(5) - 2);
    return tokens.with(at, retyped(token, random.below(2) === 0 ? near : (random.pick(heads) ?? "0")));
  }),
  // a body of another length, announced truly or not
  onTokens((tokens, at, random) => {
    const token = tokens[at];
    if (token === undefined || token.body.length === 0) return tokens;
    const body = joined([octets("x".repeat(random.below(40))), token.body.subarray(random.below(token.body.length))]);
    return tokens.with(at, random.below(3) === 0 ? { ...token, body } : { ...retyped(token, String(Math.max(0, body.length - 2))), body });
  }),
  // an aggregate around some of them, counted or streamed
  onTokens((tokens, at, random) => {
    const inner = tokens.slice(at, at + random.below(5));
    const opened = random.pick(aggregates) ?? "*";
    const around = random.below(3) === 0 ? [lineOf(`${opened}?`), ...inner, lineOf(".")] : [lineOf(`${opened}${inner.length}`), ...inner];
    return tokens.toSpliced(at, inner.length, ...around);
  }),
  // many levels
  onTokens((tokens, at, random) => {
    const level = lineOf(`${random.pick(aggregates) ?? "*"}${random.pick(["1", "2", "?"]) ?? "1"}`);
    return tokens.toSpliced(at, 0, ...Array.from({ length: 1 + random.below(200) }, () => level));
  }),
  // a bulk as a streamed string
  onTokens((tokens, at, random) => {
    const payload = octets("0123456789".slice(0, 1 + random.below(10)));
    const piece: Token = { line: octets(`;${payload.length}\r\n`), body: joined([payload, octets("\r\n")]) };
    return tokens.toSpliced(at, 1, lineOf("$?"), ...Array.from({ length: random.below(4) }, () => piece), lineOf(";0"));
  }),
  // any line that exists
  onTokens((tokens, at, random) => tokens.toSpliced(at, 0, lineOf(`${random.pick(types) ?? "+"}${random.pick(heads) ?? ""}`))),
];

const byteChanges: readonly Change[] = [
  (random, bytes) => bytes.slice(0, random.below(bytes.length + 1)),
  (random, bytes) => changedAt(bytes, random.below(bytes.length + 1), 1, Uint8Array.of(random.below(256))),
  (random, bytes) => changedAt(bytes, random.below(bytes.length + 1), random.below(4), new Uint8Array(0)),
  (random, bytes) => changedAt(bytes, random.below(bytes.length + 1), random.below(2), octets(random.pick(snippets) ?? "")),
  (random, bytes, other) => joined([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]),
  (random, bytes) => {
    const from = random.below(bytes.length + 1);
    const piece = bytes.subarray(from, from + 1 + random.below(16));
    return changedAt(bytes, from, 0, joined(Array.from({ length: 1 + random.below(64) }, () => piece)));
  },
];

const changedAt = (bytes: Uint8Array, at: number, leftOut: number, inserted: Uint8Array): Uint8Array =>
  joined([bytes.subarray(0, at), inserted, bytes.subarray(at + leftOut)]);

const types = "+-:$*_#,(!=%~|>;.".split("");
const aggregates = "***~%|>".split("");
const snippets = ["\r\n", "\r", "\n", "\r\r\n", "-1", "?", "0", "+", "-", ":", ".", "\0", "\xff", "\xc3\xa9", "\xed\xa0\x80", "__proto__"];
const numbers =
  "0 1 2 -1 -2 +1 -0 00 01 ? t f T inf -inf nan -nan 1e5 1.5 .5 5. 1e999 65536 65537 16777216 16777217 536870912 536870913 4294967296 " +
  "9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 99999999999999999999999999 0x10";
const lines = ["", " 1", "1 ", "txt", "txt:", "LOADING data", "ERR", "master", "slave", "role:master", "loading:1"];
const heads = [...numbers.split(" "), ...lines, "slave0:ip=::1,port=1,state=online,offset=1,lag=0"];
