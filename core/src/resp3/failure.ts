// Why a stream of bytes is not RESP, or more of it than was allowed. Both end the connection: after either nobody knows where the next
// reply begins. Neither is ever confused with "not all of it has arrived", which is no failure at all.

export type Failure =
  | { readonly _tag: "Malformed"; readonly reason: Reason; readonly found: string; readonly at: number }
  | { readonly _tag: "Excess"; readonly limit: keyof Limits; readonly allowed: number; readonly needed: number; readonly at: number };

/** How much of one reply is taken. Every number is in the unit of its name; what is held in memory follows what arrived, not these. */
export type Limits = {
  /** Aggregates open inside each other. */
  readonly depth: number;
  /** Bytes between the type byte of a line and its CRLF. */
  readonly lineBytes: number;
  /** Bytes of one bulk string, bulk error or verbatim string, streamed or not. */
  readonly bulkBytes: number;
  /** Elements of one array, set or push; entries of one map or attribute. */
  readonly elements: number;
};

export const defaultLimits: Limits = {
  depth: 128, // COMMAND DOCS, the deepest reply of a server, has 9
  lineBytes: 65_536, // the server's own limit for an inline command
  bulkBytes: 536_870_912, // proto-max-bulk-len
  elements: 16_777_216, // keys of the largest data set anyone lists in one reply, with room
};

export type Reason =
  | "UnknownType"
  | "LineFeed"
  | "CarriageReturn"
  | "Integer"
  | "Length"
  | "Double"
  | "BigNumber"
  | "Boolean"
  | "Null"
  | "Verbatim"
  | "Terminator"
  | "NestedPush"
  | "End"
  | "Chunk";

/** What is wrong, where, what is allowed, and what to do. */
export const describe = (failure: Failure): string => {
  const place = `at byte ${failure.at} of the connection`;
  switch (failure._tag) {
    case "Malformed":
      return `Not RESP ${place}: found "${failure.found}", expected ${expected[failure.reason]}. Close the connection; is this a Valkey port?`;
    case "Excess":
      return `Reply too large ${place}: ${failure.limit} is at least ${failure.needed}, allowed ${failure.allowed}. Close the connection, or decode with a higher limits.${failure.limit}.`;
  }
};

const expected: Readonly<Record<Reason, string>> = {
  UnknownType: "one of the type bytes + - : $ * _ # , ( ! = % ~ | > and, inside streamed values, ; and .",
  LineFeed: "no line feed without a carriage return before it",
  CarriageReturn: "a line feed after the carriage return",
  Integer: "a signed 64-bit decimal integer",
  Length: "a decimal length without sign or leading zeros (-1 for a null string or array, ? for a streamed string, array, set or map)",
  Double: "a decimal number, inf, -inf or nan",
  BigNumber: "a decimal integer",
  Boolean: "t or f",
  Null: "nothing after _",
  Verbatim: "three printable characters and a colon before the text",
  Terminator: "CRLF after the announced number of bytes",
  NestedPush: "no push inside another value",
  End: "a dot only at the end of a streamed aggregate, after whole entries",
  Chunk: "only ;length lines inside a streamed string, and none elsewhere",
};
