// How strictly each spelling is read, as data: the tests run this table, and it is the documentation.
//
// The rule behind the rows. A *value* (integer, big number, double) is read by the grammar in the protocol's document, which allows a plus
// sign and leading zeros. A *length* decides where the next reply begins, so it has exactly one spelling; so have the markers. What a
// lenient reader would turn into another value (`:12a` into 12, `$-2` into null, a missing terminator into the next reply) is malformed.

import type { Limits, Reason } from "./failure.ts";

export type Row = {
  readonly wire: string;
  readonly outcome: Outcome;
  readonly why: string;
};

export type Outcome =
  /** The value whose canonical encoding this is. */
  | { readonly _tag: "Accepted"; readonly canonical: string }
  | { readonly _tag: "Malformed"; readonly reason: Reason }
  | { readonly _tag: "Excess"; readonly limit: keyof Limits }
  | { readonly _tag: "Incomplete" };

const accepted = (wire: string, canonical: string, why: string): Row => ({ wire, outcome: { _tag: "Accepted", canonical }, why });
const malformed = (wire: string, reason: Reason, why: string): Row => ({ wire, outcome: { _tag: "Malformed", reason }, why });
const excess = (wire: string, limit: keyof Limits, why: string): Row => ({ wire, outcome: { _tag: "Excess", limit }, why });
const incomplete = (wire: string, why: string): Row => ({ wire, outcome: { _tag: "Incomplete" }, why });

export const strictness: readonly Row[] = [
  // Lines
  accepted("+\r\n", "+\r\n", "an empty text is a text"),
  malformed("+a\nb\r\n", "LineFeed", "a line feed alone ends no line and is part of none"),
  malformed("+a\rb\r\n", "CarriageReturn", "a carriage return alone ends no line and is part of none"),
  malformed("+a\r\r\n", "CarriageReturn", "the line is over at the first carriage return"),
  malformed("\r\n", "UnknownType", "an empty line is no reply"),
  malformed("HTTP/1.1 400 Bad Request\r\n", "UnknownType", "another protocol at the other end is known by its first byte"),
  incomplete("+OK\r", "the line feed may still come"),
  incomplete("", "nothing has come yet"),

  // Integers
  accepted(":0\r\n", ":0\r\n", "zero"),
  accepted(":+5\r\n", ":5\r\n", "the document allows a plus sign"),
  accepted(":-0\r\n", ":0\r\n", "the document allows a sign before any digits; integers have one zero"),
  accepted(":007\r\n", ":7\r\n", "the document allows any digits"),
  accepted(":9223372036854775807\r\n", ":9223372036854775807\r\n", "the largest, exactly"),
  accepted(":-9223372036854775808\r\n", ":-9223372036854775808\r\n", "the smallest, exactly"),
  accepted(":00000000000000000000042\r\n", ":42\r\n", "leading zeros, also more than 64 bits have digits"),
  malformed(":9223372036854775808\r\n", "Integer", "64 bits, never rounded or wrapped"),
  malformed(":-9223372036854775809\r\n", "Integer", "64 bits, never rounded or wrapped"),
  malformed(":\r\n", "Integer", "no digits"),
  malformed(":-\r\n", "Integer", "a sign is not a number"),
  malformed(":+-1\r\n", "Integer", "one sign"),
  malformed(":1.0\r\n", "Integer", "integers have no fraction"),
  malformed(":12a\r\n", "Integer", "nothing after the digits"),
  malformed(": 1\r\n", "Integer", "no blanks"),
  malformed(":0x10\r\n", "Integer", "decimal only"),

  // Big numbers
  accepted("(340282366920938463463374607431768211456\r\n", "(340282366920938463463374607431768211456\r\n", "2^128, exactly"),
  accepted("(+007\r\n", "(7\r\n", "the same grammar as integers"),
  accepted("(-0\r\n", "(0\r\n", "integers have one zero"),
  malformed("(1e3\r\n", "BigNumber", "digits only"),
  malformed("(\r\n", "BigNumber", "no digits"),

  // Doubles
  accepted(",1.50\r\n", ",1.5\r\n", "trailing zeros say nothing"),
  accepted(",10\r\n", ",10\r\n", "the fraction may be left out"),
  accepted(",+1.5E+03\r\n", ",1500\r\n", "signs and exponent as in the document"),
  accepted(",-0\r\n", ",-0\r\n", "doubles have two zeros"),
  accepted(",inf\r\n", ",inf\r\n", "infinity"),
  accepted(",-inf\r\n", ",-inf\r\n", "minus infinity"),
  accepted(",nan\r\n", ",nan\r\n", "not a number"),
  accepted(",-nan\r\n", ",nan\r\n", "what servers before 7.2 print for it"),
  malformed(",+inf\r\n", "Double", "infinity has one spelling"),
  malformed(",Infinity\r\n", "Double", "infinity has one spelling"),
  malformed(",NaN\r\n", "Double", "lower case"),
  malformed(",.5\r\n", "Double", "digits before the point"),
  malformed(",1.\r\n", "Double", "digits after the point"),
  malformed(",1e\r\n", "Double", "digits after the e"),
  malformed(",1e999\r\n", "Double", "no double is that large, and infinity is spelled inf"),
  malformed(",\r\n", "Double", "no digits"),
  malformed(",1,5\r\n", "Double", "a point, in every locale"),
  malformed(",0x1p3\r\n", "Double", "decimal only"),

  // Null and booleans
  accepted("_\r\n", "_\r\n", "null"),
  accepted("$-1\r\n", "_\r\n", "null, as RESP2 says it for strings"),
  accepted("*-1\r\n", "_\r\n", "null, as RESP2 says it for arrays"),
  malformed("_x\r\n", "Null", "nothing after the underscore"),
  malformed("_ \r\n", "Null", "not even a blank"),
  accepted("#t\r\n", "#t\r\n", "true"),
  accepted("#f\r\n", "#f\r\n", "false"),
  malformed("#T\r\n", "Boolean", "lower case"),
  malformed("#1\r\n", "Boolean", "t or f"),
  malformed("#true\r\n", "Boolean", "one letter"),
  malformed("#\r\n", "Boolean", "neither t nor f"),

  // Lengths and terminators
  accepted("$0\r\n\r\n", "$0\r\n\r\n", "an empty string is not null"),
  accepted("$2\r\n\r\n\r\n", "$2\r\n\r\n\r\n", "CRLF inside is two bytes like any others"),
  malformed("$-0\r\n\r\n", "Length", "a length has one spelling"),
  malformed("$-2\r\n", "Length", "-1 is null; nothing else is negative"),
  malformed("$+1\r\na\r\n", "Length", "a length has one spelling"),
  malformed("$01\r\na\r\n", "Length", "a length has one spelling"),
  malformed("$\r\n", "Length", "no digits"),
  malformed("$abc\r\n", "Length", "no digits"),
  malformed("$1 \r\na\r\n", "Length", "no blanks"),
  malformed("$1\r\nab\r\n", "Terminator", "more bytes than announced"),
  malformed("$1\r\na\n\r\n", "Terminator", "a line feed alone ends nothing"),
  malformed("$3\r\na\r\n+OK\r\n", "Terminator", "fewer bytes than announced: the next reply is not swallowed"),
  excess("$999999999999999999999999\r\n", "bulkBytes", "refused when announced, before a byte of it is waited for"),
  excess("*4294967296\r\n", "elements", "refused when announced"),
  incomplete("$5\r\nab", "three more bytes and CRLF may still come"),

  // Bulk errors and verbatim strings
  accepted("!5\r\nERR a\r\n", "!5\r\nERR a\r\n", "an error that may hold anything"),
  malformed("!-1\r\n", "Length", "an error is never null"),
  accepted("=4\r\ntxt:\r\n", "=4\r\ntxt:\r\n", "an empty text"),
  accepted("=5\r\na:b:c\r\n", "=5\r\na:b:c\r\n", "the fourth byte is the colon, whatever is before it"),
  malformed("=3\r\ntxt\r\n", "Verbatim", "too short for a format"),
  malformed("=5\r\ntxtab\r\n", "Verbatim", "no colon after the format"),
  malformed("=5\r\n\u0000xt:b\r\n", "Verbatim", "a format is printable"),
  malformed("=-1\r\n", "Length", "never null"),

  // Aggregates
  accepted("*0\r\n", "*0\r\n", "an empty array is not null"),
  accepted("%0\r\n", "%0\r\n", "an empty map"),
  accepted("~2\r\n:1\r\n:1\r\n", "~2\r\n:1\r\n:1\r\n", "whether a set's elements differ is for whoever uses it"),
  accepted("%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", "%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", "all entries, in order, also of equal keys"),
  accepted("%1\r\n*1\r\n:1\r\n_\r\n", "%1\r\n*1\r\n:1\r\n_\r\n", "a key may be anything"),
  accepted("%1\r\n+__proto__\r\n_\r\n", "%1\r\n+__proto__\r\n_\r\n", "a key never becomes a property"),
  malformed("*-2\r\n", "Length", "-1 is null; nothing else is negative"),
  malformed("*01\r\n:1\r\n", "Length", "a length has one spelling"),
  malformed("%-1\r\n", "Length", "only strings and arrays have a null of their own, in RESP2"),
  malformed("~-1\r\n", "Length", "only strings and arrays have a null of their own, in RESP2"),
  malformed(">-1\r\n", "Length", "a push is never null"),
  incomplete("%1\r\n+a\r\n", "a key without its value"),

  // Attributes and pushes
  accepted("|1\r\n+k\r\n+v\r\n:1\r\n", "|1\r\n+k\r\n+v\r\n:1\r\n", "attributes belong to the value after them"),
  accepted("*1\r\n|0\r\n:1\r\n", "*1\r\n|0\r\n:1\r\n", "attributes are no element"),
  incomplete("|1\r\n+k\r\n+v\r\n", "attributes alone are no reply"),
  accepted(">1\r\n+message\r\n", ">1\r\n+message\r\n", "a push on its own"),
  malformed("*1\r\n>1\r\n+message\r\n", "NestedPush", "pushes come between replies"),
  malformed("|0\r\n>1\r\n+message\r\n", "NestedPush", "attributes announce a reply"),

  // Streamed values: the same values as counted ones
  accepted("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", "$3\r\nabc\r\n", "a streamed string"),
  accepted("$?\r\n;0\r\n", "$0\r\n\r\n", "an empty streamed string"),
  malformed("$?\r\n+a\r\n", "Chunk", "nothing but chunks inside a streamed string"),
  malformed(";1\r\na\r\n", "Chunk", "no chunk outside a streamed string"),
  malformed("$?\r\n;-1\r\n", "Length", "a length has one spelling"),
  accepted("*?\r\n:1\r\n*?\r\n.\r\n.\r\n", "*2\r\n:1\r\n*0\r\n", "streamed arrays, nested"),
  accepted("~?\r\n:1\r\n.\r\n", "~1\r\n:1\r\n", "a streamed set"),
  accepted("%?\r\n+a\r\n:1\r\n.\r\n", "%1\r\n+a\r\n:1\r\n", "a streamed map"),
  malformed("%?\r\n+a\r\n.\r\n", "End", "a key without its value"),
  malformed("*?\r\n.x\r\n", "End", "nothing after the dot"),
  malformed("*1\r\n.\r\n", "End", "a counted array ends by its count"),
  malformed(".\r\n", "End", "nothing is open"),
  malformed(">?\r\n", "Length", "streamed pushes do not exist"),
  malformed("|?\r\n", "Length", "streamed attributes do not exist"),
  malformed("=?\r\n", "Length", "streamed verbatim strings do not exist"),
];
